#include "run/vendor_connection.hpp"

#include "run/token_endpoint.hpp"

namespace billhouse {

namespace {

AuthSources sources_of(RunContext& context, JobDefinition const& job, VendorAccess const& for_tokens) {
    return {[&context, &job] { return context.secrets(job); },
            [&context, &job, for_tokens](AuthRule const& rule, ResolvedAuth const& client,
                                         std::stop_token const& stop) {
                return ask_for_token(context, job.http, rule, client, for_tokens, stop);
            }};
}

} // namespace

VendorAccess vendor_access(RunContext& context, JobDefinition const& job, int in_flight) {
    VendorAccess access{.pacer = std::make_shared<Pacer>(job.http.pace, context.clock), .auth = {}};
    // A token is asked for while its page's request has its slot: it needs no second one.
    access.auth =
        std::make_shared<Authenticator>(job.http.auth, context.secrets(job), sources_of(context, job, access),
                                        context.clock, context.random, context.log);
    access.slots = std::make_shared<RequestSlots>(in_flight);
    return access;
}

VendorConnection::VendorConnection(RunContext& context, JobDefinition const& job)
    : VendorConnection(context, job, vendor_access(context, job)) {}

VendorConnection::VendorConnection(RunContext& context, JobDefinition const& job, VendorAccess access)
    : log_(context.log), transport_(context.transport(job.http)),
      client_(job.http, std::move(access), *transport_, context.clock, context.random, log_) {}

} // namespace billhouse
