#include "support/sample_vendor/failure_scripts.hpp"

namespace billhouse::vendor {

std::optional<FailureScript> FailureScripts::strike(HttpRequest const& request) {
    for (auto script = scripts_.begin(); script != scripts_.end(); ++script) {
        if (!request.path.starts_with(script->path_prefix) ||
            request.query.find(script->query_part) == std::string::npos)
            continue;
        if (script->skip > 0) {
            --script->skip;
            continue;
        }
        FailureScript const struck = *script;
        if (--script->times == 0) scripts_.erase(script);
        return struck;
    }
    return std::nullopt;
}

} // namespace billhouse::vendor
