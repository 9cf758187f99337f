#include "run/vendor_connection.hpp"

#include "run/token_endpoint.hpp"

namespace billhouse {

namespace {

AuthSources sources_of(RunContext& context, JobDefinition const& job, std::shared_ptr<Pacer> const& pacer) {
    return {[&context, &job] { return context.secrets(job); },
            [&context, &job, pacer](AuthRule const& rule, ResolvedAuth const& client,
                                    std::stop_token const& stop) {
                return ask_for_token(context, job.http, rule, client, pacer, stop);
            }};
}

} // namespace

VendorAccess vendor_access(RunContext& context, JobDefinition const& job, int in_flight) {
    auto pacer = std::make_shared<Pacer>(job.http.pace, context.clock);
    auto auth =
        std::make_shared<Authenticator>(job.http.auth, context.secrets(job), sources_of(context, job, pacer),
                                        context.clock, context.random, context.log);
    return {std::move(pacer), std::move(auth), std::make_shared<RetryBudget>(),
            std::make_shared<RequestSlots>(in_flight)};
}

VendorConnection::VendorConnection(RunContext& context, JobDefinition const& job)
    : VendorConnection(context, job, vendor_access(context, job)) {}

VendorConnection::VendorConnection(RunContext& context, JobDefinition const& job, VendorAccess access)
    : log_(context.log), transport_(context.transport(job.http)),
      client_(job.http, std::move(access), *transport_, context.clock, context.random, log_) {}

} // namespace billhouse
