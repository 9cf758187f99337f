#include "run/vendor_connection.hpp"

#include "run/token_endpoint.hpp"

namespace billhouse {

namespace {

AuthSources sources_of(RunContext& context, JobDefinition const& job) {
    return {[&context, &job] { return context.secrets(job); },
            [&context, &job](AuthRule const& rule, ResolvedAuth const& client, std::stop_token const& stop) {
                return ask_for_token(context, job.http, rule, client, stop);
            }};
}

} // namespace

VendorConnection::VendorConnection(RunContext& context, JobDefinition const& job)
    : transport_(context.transport(job.http)),
      client_(job.http, context.secrets(job), *transport_, context.clock, context.random, context.log,
              sources_of(context, job)) {}

} // namespace billhouse
