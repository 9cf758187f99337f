#pragma once

#include "job/job_definition.hpp"
#include "job/schema.hpp"

#include <variant>
#include <vector>

namespace billhouse {

/// A request's body: text with placeholders, or a mapping or list that is written as JSON. Of its leaves,
/// plain true, false, null and numbers mean themselves, everything else is text with placeholders.
using BodyTemplate = std::variant<Template, JsonTemplate>;
Shape<BodyTemplate> body_template();

/// All texts in it that may hold placeholders.
std::vector<Template const*> texts_of(JsonTemplate const& value);

} // namespace billhouse
