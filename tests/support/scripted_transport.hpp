#pragma once

#include "fetch/http_transport.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <vector>

namespace billhouse {

/// An HttpTransport that answers from a list, in order, and keeps the requests. One request too many fails
/// the test.
class ScriptedTransport final : public HttpTransport {
public:
    struct Step {
        HttpResult answer;
        std::function<void(HttpRequest const&)> check{}; ///< looks at the request; may also advance a clock
    };

    ScriptedTransport& answers(int status, std::string body = {}, Headers headers = {}) {
        return then({{HttpResponse{status, std::move(headers), std::move(body)}, {}}});
    }
    ScriptedTransport& fails(TransportFailure failure) { return then({{std::nullopt, std::move(failure)}}); }
    ScriptedTransport& then(Step step) {
        steps_.push_back(std::move(step));
        return *this;
    }

    HttpResult send(HttpRequest const& request, std::stop_token const& stop) override {
        if (stop.stop_requested()) throw Stopped();
        requests.push_back(request);
        if (steps_.empty()) {
            ADD_FAILURE() << "unexpected request: " << request.method << " " << request.url;
            return {std::nullopt, {false, "the script is at its end"}};
        }
        auto step = std::move(steps_.front());
        steps_.pop_front();
        if (step.check) step.check(request);
        return std::move(step.answer);
    }

    std::size_t steps_left() const { return steps_.size(); }
    std::vector<HttpRequest> requests;

private:
    std::deque<Step> steps_;
};

} // namespace billhouse
