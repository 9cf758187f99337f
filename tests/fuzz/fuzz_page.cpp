#include "base/error.hpp"
#include "decode/page_decoder.hpp"

#include "fuzz/input.hpp"
#include "fuzz/targets.hpp"
#include "support/json_events.hpp"

#include <array>
#include <optional>

namespace billhouse {
namespace {

constexpr std::uint64_t kMaxBody = 1 << 20;

RecordsSpec spec_of(std::size_t choice) {
    using Format = RecordsSpec::Format;
    using Shape = RecordsSpec::Shape;
    std::array<RecordsSpec, 8> const specs = {
        RecordsSpec{.path = {{"items"}}},
        RecordsSpec{.path = {}},
        RecordsSpec{.path = {{"a", "*", "b"}}},
        RecordsSpec{.path = {{"items"}}, .shape = Shape::single},
        RecordsSpec{.path = {{"items"}}, .shape = Shape::map, .map_key = "name", .map_value = "value"},
        RecordsSpec{.path = {}, .format = Format::json_lines},
        RecordsSpec{.path = {}, .format = Format::csv},
        RecordsSpec{.path = {{"items"}}, .compression = RecordsSpec::Compression::gzip},
    };
    return specs.at(choice);
}

std::string text_of(JsonTree const& tree) {
    std::string text;
    tree.write(tree.root(), text);
    return text;
}

/// A value's text is JSON again, and of the same content.
void hold_rewritable(JsonTree const& tree) {
    auto const text = text_of(tree);
    hold(text_of(decode_json_document(text, {})) == text, "not written back as it was read: " + text);
}

/// @returns what is left of the page, or nullopt where it was refused
std::optional<DecodedPage> decode(std::string_view bytes, RecordsSpec const& spec) {
    SpooledText const text{std::string(bytes)};
    auto const body = text.view();
    std::size_t seen = 0;
    bool const is_text = spec.compression == RecordsSpec::Compression::none;
    try {
        auto page = decode_page(text, spec, kMaxBody, [&](RecordView const& record) {
            ++seen;
            bool const is_inside = record.raw.data() >= body.data() &&
                                   record.raw.data() + record.raw.size() <= body.data() + body.size();
            hold(!is_text || is_inside, "a record's bytes are not the page's");
            if (record.defect.empty()) hold_rewritable(record.tree);
        });
        hold(page.records == seen, "the page counts other records than it gave");
        return page;
    } catch (Error const& error) {
        hold(error.kind() == ErrorKind::data, error.what());
        return std::nullopt;
    }
}

/// The slow way to the records: the whole document in memory, then one look at the place.
void hold_against_whole_document(std::string_view body, std::optional<DecodedPage> const& page) {
    std::optional<JsonTree> tree;
    try {
        tree = decode_json_document(body, {});
    } catch (Error const&) {
    }
    if (!tree) return; // also for what may be wrong in a record alone
    hold(page.has_value(), "a sound document, but no page");
    auto const* items = tree->find(tree->root(), Path{{"items"}});
    bool const is_array = items != nullptr && items->kind == JsonKind::array;
    if (page->found == RecordsFound::array) hold(is_array, "records found where no array stands");
    if (is_array && page->found == RecordsFound::array)
        hold(items->children <= page->records, "records are lost");
}

} // namespace

void fuzz_page(std::uint8_t const* data, std::size_t size) {
    FuzzInput input(data, size);
    auto const choice = input.choice(8);
    auto const body = input.rest();
    auto const page = decode(body, spec_of(choice));
    if (choice == 0) hold_against_whole_document(body, page);
    hold(told_by_reader(body) == told_by_rapidjson(body), "the two readers of JSON disagree");
    auto const again = decode(body, spec_of(choice));
    hold(page.has_value() == again.has_value() && (!page || page->content_hash == again->content_hash),
         "read twice, with two results");
}

} // namespace billhouse
