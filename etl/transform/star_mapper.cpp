#include "transform/star_mapper.hpp"

#include "base/error.hpp"
#include "transform/attributes.hpp"
#include "transform/document_reader.hpp"
#include "transform/line_builder.hpp"
#include "transform/line_filter.hpp"
#include "transform/line_reader.hpp"
#include "transform/record_id.hpp"
#include "transform/record_paths.hpp"
#include "transform/series.hpp"

#include <fmt/format.h>

#include <utility>

namespace billhouse {

struct StarMapper::Impl {
    Impl(SourceDefinition const& source_, StreamDefinition const& stream_, std::string partition_);

    void map(RecordView const& record);
    void map_known(RecordView const& record);
    void map_single();
    void map_elements();
    void map_exploded(std::size_t level);
    bool take_element(JsonNode const& element, std::size_t level);
    bool find_elements(std::size_t level, JsonNode const*& elements);
    void map_lines(JsonNode const* elements, BillingDocument& document); ///< nullptr = there are none
    void map_line(Money money, BillingDocument* document);               ///< nullptr = it is of none
    void count_line(ChargeLine const& line, BillingDocument& document) const;
    bool have_no_money(JsonNode const& elements);
    Money money_of(JsonNode const* elements);
    void add_document(BillingDocument& document);
    void reject(Fault const& fault);
    bool is_expected(ChargeLine const& line, Fault& fault) const;

    SourceDefinition const source;
    StreamDefinition const stream;
    std::string const partition;
    bool const is_exploded;
    std::vector<std::string> const element_prefix; ///< of an element below its record, by level
    NullTokens const null_tokens;

    std::vector<FieldTable> tables; ///< of the record, of its element, of that one's element, ...
    FieldTable& record_fields;
    FieldTable& line_fields;
    std::vector<FieldTable const*> fields_around; ///< a line's, from the inside out
    RecordId id;
    std::vector<std::size_t> explode_slots; ///< by level
    WindowTexts window_texts;
    std::optional<LineReader> line_reader;
    std::optional<LineFilter> filter;
    std::optional<DocumentReader> documents;
    AttributeWriter attributes;
    LineBuilder builder;
    Series series;
    std::optional<std::pair<Date, Date>> window;

    // Of the record at hand.
    RecordView const* record = nullptr;
    std::string record_path;
    std::string line_path;
};

StarMapper::Impl::Impl(SourceDefinition const& source_, StreamDefinition const& stream_,
                       std::string partition_)
    : source(source_), stream(stream_), partition(std::move(partition_)),
      is_exploded(!stream.records.explode.empty()), element_prefix(element_prefixes(stream.records)),
      null_tokens(stream.mapping.null_tokens), tables(stream.records.explode.size() + 1),
      record_fields(tables.front()), line_fields(tables.back()),
      id(stream.records.id, record_fields, null_tokens), attributes(null_tokens),
      builder(source, stream.mapping), series(builder.members()) {
    auto const& mapping = stream.mapping;
    RuleContext line{{}, partition, mapping.null_tokens, source, window_texts, mapping.minor_units};
    for (auto table = tables.rbegin(); table != tables.rend(); ++table)
        line.tables.push_back(&*table);
    RuleContext const header{{&record_fields}, partition,    mapping.null_tokens,
                             source,           window_texts, mapping.minor_units};
    bool const is_header_apart = is_exploded && !mapping.document;
    if (is_header_apart) fields_around.assign(line.tables.begin() + 1, line.tables.end());
    line_reader.emplace(mapping.columns, line);
    if (!stream.records.where.empty()) filter.emplace(stream.records.where, line.tables, null_tokens);
    if (mapping.document) documents.emplace(*mapping.document, line, header);
    for (std::size_t level = 0; level < stream.records.explode.size(); ++level)
        explode_slots.push_back(tables[level].slot(stream.records.explode[level], true));
}

void StarMapper::Impl::map(RecordView const& view) {
    series.count_record();
    record = &view;
    write_record_pointer(view, stream.records.shape, record_path);
    line_path = record_path;
    for (auto& table : tables)
        table.clear();
    line_reader->forget();
    auto const& root = view.tree.root();
    if (root.kind != JsonKind::object) return reject({"wrong_type", "the record is no object", ""});
    record_fields.read(view.tree, root);
    if (!view.defect.empty()) return reject({"defect", view.defect, ""});
    if (id.is_declared()) return map_known(view);
    is_exploded ? map_elements() : map_single();
}

// A record with an id may come again where pages shift while they are read.
void StarMapper::Impl::map_known(RecordView const& view) {
    Fault fault;
    auto const own_id = id.read(fault);
    if (!fault.code.empty()) return reject(fault);
    if (series.is_repeated(own_id, view.raw)) return;
    auto const before = series.rows.read;
    is_exploded ? map_elements() : map_single();
    series.remember(own_id, view.raw, series.rows.read - before);
}

void StarMapper::Impl::map_single() {
    if (!documents) return map_line(Money::own, nullptr);
    BillingDocument document;
    Fault fault;
    if (!documents->read(document, fault)) return reject(fault);
    map_line(Money::own, &document);
    add_document(document);
}

void StarMapper::Impl::map_elements() {
    if (!documents) return map_exploded(0);
    JsonNode const* elements = nullptr;
    if (!find_elements(0, elements)) return;
    BillingDocument document;
    Fault fault;
    if (!documents->read(document, fault) || !documents->read_money(fault)) return reject(fault);
    map_lines(elements, document);
    add_document(document);
}

/// @param elements  nullptr where there are none
/// @returns false where something else stands there, and rejects it
bool StarMapper::Impl::find_elements(std::size_t level, JsonNode const*& elements) {
    auto const* node = tables[level].value(explode_slots[level]);
    auto const path = [&] { return to_string(stream.records.explode[level]); };
    bool const is_array = node != nullptr && node->kind == JsonKind::array;
    if (node == nullptr && !documents) {
        reject({"no_lines", fmt::format("{} is missing", path()), ""});
        return false;
    }
    if (node != nullptr && node->kind != JsonKind::null && !is_array) {
        reject({"wrong_type", fmt::format("{} is no array", path()), ""});
        return false;
    }
    elements = is_array && node->children > 0 ? node : nullptr;
    return true;
}

// One line for each innermost element. An empty array is no line: a day without costs.
void StarMapper::Impl::map_exploded(std::size_t level) {
    JsonNode const* elements = nullptr;
    if (!find_elements(level, elements) || elements == nullptr) return;
    auto const prefix = line_path + element_prefix[level];
    std::size_t place = 0;
    auto const* element = record->tree.first_child(*elements);
    for (; element != nullptr; element = record->tree.next(*element)) {
        line_path = prefix + std::to_string(place++);
        if (!take_element(*element, level + 1)) continue;
        if (level + 1 < explode_slots.size()) {
            map_exploded(level + 1);
        } else {
            map_line(Money::own, nullptr);
        }
    }
}

bool StarMapper::Impl::take_element(JsonNode const& element, std::size_t level) {
    for (auto table = level; table < tables.size(); ++table)
        tables[table].clear();
    line_reader->forget();
    if (element.kind != JsonKind::object) {
        reject({"wrong_type", "the line is no object", ""});
        return false;
    }
    tables[level].read(record->tree, element);
    return true;
}

void StarMapper::Impl::map_lines(JsonNode const* elements, BillingDocument& document) {
    auto const money = money_of(elements);
    if (elements == nullptr && money == Money::own)
        return reject(
            {"no_lines", fmt::format("{} has no elements", to_string(stream.records.explode[0])), ""});
    auto const& tree = record->tree;
    std::size_t place = 0;
    auto const* element = elements == nullptr ? nullptr : tree.first_child(*elements);
    for (; element != nullptr; element = tree.next(*element)) {
        line_path = record_path + element_prefix[0] + std::to_string(place++);
        if (take_element(*element, 1)) map_line(money, &document);
    }

    line_fields.clear();
    line_path = record_path;
    if (money == Money::header_alone) map_line(money, &document);
    if (money == Money::zero) map_line(Money::header_remainder, &document);
}

Money StarMapper::Impl::money_of(JsonNode const* elements) {
    if (!documents || !LineReader::has_money(documents->money())) return Money::own;
    if (elements == nullptr) return Money::header_alone;
    if (!have_no_money(*elements)) return Money::own;
    return elements->children == 1 ? Money::header_total : Money::zero;
}

bool StarMapper::Impl::have_no_money(JsonNode const& elements) {
    auto const& tree = record->tree;
    for (auto const* element = tree.first_child(elements); element != nullptr;
         element = tree.next(*element)) {
        line_fields.read(tree, *element);
        if (!line_reader->finds_no_money()) return false;
    }
    return true;
}

void StarMapper::Impl::map_line(Money money, BillingDocument* document) {
    ChargeLine line;
    Fault fault;
    if (filter && !filter->keeps(fault)) return series.leave_out();
    auto const* const header = documents ? &documents->money() : nullptr;
    if (!fault.code.empty() || !line_reader->read(money, header, fault)) return reject(fault);
    if (document != nullptr) line.document_id = document->id;
    line.attributes = attributes.write(record->tree, line_fields, fields_around);
    if (!builder.build(line_reader->values(), line_kind(money), line, fault) || !is_expected(line, fault))
        return reject(fault);
    line.page = series.page;
    line.record_path = line_path;
    if (document != nullptr) count_line(line, *document);
    series.add(std::move(line), builder.identity());
}

// The first line tells what the header does not.
void StarMapper::Impl::count_line(ChargeLine const& line, BillingDocument& document) const {
    if (document.line_count++ > 0) return;
    document.billing_account = line.billing_account;
    document.sub_account = line.sub_account;
    document.currency = line.currency;
    if (documents->has_period()) return;
    document.period_start = line.billing_period_start;
    document.period_end = line.billing_period_end;
}

bool StarMapper::Impl::is_expected(ChargeLine const& line, Fault& fault) const {
    if (!window || (line.charge_date >= window->first && line.charge_date < window->second)) return true;
    fault = {"outside_window",
             fmt::format("charge_date {} is outside the requested window {} to {}",
                         to_string(line.charge_date), to_string(window->first), to_string(window->second)),
             "charge_date"};
    return false;
}

void StarMapper::Impl::add_document(BillingDocument& document) {
    if (document.line_count == 0) return;
    document.page = series.page;
    if (is_exploded) document.attributes = attributes.write(record->tree, record_fields, {});
    series.rows.documents.push_back(std::move(document));
}

// What can still be read of the record says which slice misses how much money.
void StarMapper::Impl::reject(Fault const& fault) {
    Reject result{
        fault.code, fault.reason, fault.column, std::string(record->raw), {}, source.default_currency,
        {},         series.page,  line_path};
    line_reader->hint(result);
    series.add(std::move(result));
}

StarMapper::StarMapper(SourceDefinition const& source, StreamDefinition const& stream, std::string partition)
    : impl_(std::make_unique<Impl>(source, stream, std::move(partition))) {}

StarMapper::~StarMapper() = default;

void StarMapper::expect_only(Date from, Date to) {
    impl_->window.emplace(from, to);
    impl_->window_texts = {to_string(from), to_string(to), to_string(to - std::chrono::days(1))};
}

void StarMapper::begin_page(std::int32_t page) {
    impl_->series.begin_page(page);
}

void StarMapper::map(RecordView const& record) {
    impl_->map(record);
}

void StarMapper::commit_page() {
    impl_->series.commit_page();
}

void StarMapper::discard_page() {
    impl_->series.discard_page();
}

StarRows StarMapper::finish() {
    return impl_->series.finish(impl_->stream.mapping.ordinal_by_position);
}

} // namespace billhouse
