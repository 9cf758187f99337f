#include "support/sample_vendor/service.hpp"

#include "support/sample_vendor/control_api.hpp"

namespace billhouse::vendor {

namespace {

HttpReply not_found(std::string const& path) {
    HttpReply reply;
    reply.status = 404;
    reply.content_type = "text/plain";
    reply.body = "the sample vendor has nothing at " + path + "\n";
    return reply;
}

} // namespace

Service::Service(ServiceSettings settings)
    : today_(settings.today), guance_(std::move(settings.guance_model)), ocamba_(settings.ocamba_model),
      guance_api_(std::move(settings.guance_access), guance_),
      ocamba_api_(std::move(settings.ocamba_access), ocamba_) {}

HttpReply Service::answer(HttpRequest const& request) {
    std::lock_guard const lock(mutex_);
    if (request.path.starts_with(ControlApi::kPrefix)) return ControlApi(*this).answer(request);
    auto const script = scripts_.strike(request);
    HttpReply reply = script ? struck(*script, request) : vendor_reply(request);
    received_.push_back({request.path, request.query, reply.reset ? 0 : reply.status});
    return reply;
}

HttpReply Service::struck(FailureScript const& script, HttpRequest const& request) {
    HttpReply reply = script.reply ? *script.reply : vendor_reply(request);
    reply.delay = script.delay;
    reply.cut_after = script.cut_after;
    reply.reset = script.reset;
    return reply;
}

HttpReply Service::vendor_reply(HttpRequest const& request) {
    if (request.method != "GET") return not_found(request.path);
    for (std::string_view const prefix : {"", "/documented", "/documented-total"}) {
        std::string const guance = std::string(prefix).append("/guance").append(GuanceApi::kPath);
        std::string const ocamba = std::string(prefix).append("/ocamba").append(OcambaApi::kPath);
        if (request.path == guance)
            return prefix.empty() ? guance_api_.answer(request, guance_today())
                                  : guance_api_.answer_documented(request);
        if (request.path == ocamba)
            return prefix.empty() ? ocamba_api_.answer(request, ocamba_today())
                                  : ocamba_api_.answer_documented(request, prefix != "/documented");
    }
    return not_found(request.path);
}

} // namespace billhouse::vendor
