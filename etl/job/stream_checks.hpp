#pragma once

#include "job/job_definition.hpp"
#include "job/schema.hpp"

#include <initializer_list>
#include <string>

/// What keys mean together: run after each of them was read without a problem.
namespace billhouse {

/// What is wrong with a header's name, or empty.
std::string header_problem(std::string const& name);
/// What is wrong with a path, or empty.
std::string path_problem(std::string const& path);
/// libpq connection text without a password.
Shape<std::string> connection_text();

/// Whether any template of the request uses one of these.
bool uses_any(RequestTemplate const& request, std::initializer_list<Placeholder::Name> names);

void check_http(HttpSettings& http, YamlNode const& node, Reading& reading);
void check_request(RequestTemplate& request, YamlNode const& node, Reading& reading);
void check_window(WindowSpec& window, YamlNode const& node, Reading& reading);
void check_rule(ResponseRule& rule, YamlNode const& node, Reading& reading);
/// Placeholders against window, pagination and partitions; "parent." against records.explode.
void check_stream(StreamDefinition& stream, YamlNode const& node, Reading& reading);
void check_job(JobDefinition& job, YamlNode const& node, Reading& reading);

/// Walks a whole file and reports text that looks like a secret, without repeating it.
void refuse_inline_secrets(YamlNode const& root, Reading& reading);

} // namespace billhouse
