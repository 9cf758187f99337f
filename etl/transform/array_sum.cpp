#include "transform/array_sum.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <optional>

namespace billhouse {

namespace {

std::optional<Decimal> number_at(JsonTree const& tree, JsonNode const& element, Path const& of) {
    auto const* const node = of.keys.empty() ? &element : tree.find(element, of);
    bool const is_scalar =
        node != nullptr && (node->kind == JsonKind::number || node->kind == JsonKind::string);
    return is_scalar ? Decimal::parse(trimmed(node->text)) : std::nullopt;
}

} // namespace

ArraySum sum_of(JsonTree const& tree, JsonNode const& array, Path const& of) {
    ArraySum sum;
    std::size_t place = 0;
    auto const* element = tree.first_child(array);
    for (; element != nullptr; element = tree.next(*element), ++place) {
        auto const number = number_at(tree, *element, of);
        auto const total = number ? Decimal::add(sum.value, *number) : std::nullopt;
        if (!number) sum.problem = fmt::format("has no number in element {}", place);
        if (number && !total)
            sum.problem = fmt::format("needs more than {} digits at element {}", Decimal::kMaxDigits, place);
        if (!total) return sum;
        sum.value = *total;
    }
    return sum;
}

} // namespace billhouse
