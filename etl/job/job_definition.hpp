#pragma once

#include "base/date_time.hpp"
#include "base/decimal.hpp"
#include "job/http_definition.hpp"
#include "job/star_columns.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What a job file says, as plain values: checked, defaults filled in, templates parsed. No YAML behind this
/// border.
namespace billhouse {

/// How the vendor's history is cut into slices and requests.
struct WindowSpec {
    enum class Unit { day, month };
    enum class Fetch {
        slice, ///< one window, so one series of pages, a slice
        all    ///< the vendor cannot filter by date: everything is read once a run and cut into slices here
    };
    Unit unit = Unit::day;
    int count = 1; ///< a slice is `count` units long, counted from `earliest`; months are calendar months
    Fetch fetch = Fetch::slice;
    Date earliest;
    int lag_days = 1; ///< newest slice ends that many days before the end of today in the billing zone; 1 =
                      ///< yesterday is the newest, 0 = today
    int lookback_days = 0; ///< complete slices this far before the watermark are read again
    int previous_month_until_day =
        0; ///< the whole previous month is read again up to and including this day of a month; 0 = never
    /// A slice is asked for in pieces of at most this length, where the vendor limits the span of a request.
    /// One of both may be set.
    int request_hours = 0; ///< divides 24
    int request_days = 0;
    bool has_pieces() const { return request_hours > 0 || request_days > 0; }
};

/// Lists that the vendor serves apart, one for each record: the lines of an invoice.
struct ChildrenSpec {
    std::string as; ///< field of the record that the list becomes: an array, as though it had come with it
    RequestTemplate request; ///< with {record.PATH}
    Pagination pagination;
    Path path; ///< where the list stands in its answer
};

/// What a line must show to be loaded: what does not is no charge of this stream, such as a subtotal among
/// its own parts.
struct LineCondition {
    ValuePath path;
    std::vector<std::string> in{};     ///< its text is one of these; without a value it is none of them
    std::vector<std::string> not_in{}; ///< or none of these. One of both is set.
};

/// Where the records stand in an answer, and how they are written.
struct RecordsSpec {
    enum class Format { json, json_lines, csv };
    enum class Compression { none, gzip };
    /// What stands at `path`: an array of records, one object that is the record, or an object whose members
    /// are the records.
    enum class Shape { array, single, map };
    Path path;                   ///< empty = the root; a key "*" = every element or member
    std::vector<Path> explode{}; ///< arrays within arrays of a record: one line for each innermost element
    /// Fields that together tell records apart across pages: a repeated one is paging overlap, not a second
    /// line. Empty = nothing does.
    std::vector<Path> id{};
    Format format = Format::json;
    Compression compression = Compression::none; ///< of the body itself; Content-Encoding is undone before
    char csv_delimiter = ',';
    Shape shape = Shape::array;
    std::string map_key{}; ///< Shape::map: field that a member's name becomes
    std::string
        map_value{}; ///< field that a member's value becomes; empty = the value is the record's object
    std::optional<ChildrenSpec> children{};
    std::vector<LineCondition> where{}; ///< all must hold
};

/// One way to get a column's value.
struct ValueSource {
    enum class Kind {
        path,
        constant,
        partition,
        add,
        subtract,
        multiply,
        sum,
        units_nanos,
        concat,
        window,
        job
    };
    Kind kind = Kind::path;
    ValuePath path;   ///< Kind::path; sum: the array
    Path of{};        ///< sum: the number in each element; empty = the element itself
    std::string text; ///< constant: itself; concat: the separator; window: start, end or last; job: its fact
    std::vector<ValueSource> operands; ///< two for arithmetic, any for concat; a missing operand makes the
                                       ///< result missing (units_nanos: counts as 0, unless both are)
};

/// How a vendor writes numbers in text where it is not as in JSON.
struct NumberStyle {
    char decimal = '.';
    char group = '\0'; ///< between groups of three digits; NUL = never
};

struct ColumnRule {
    std::size_t column = 0;        ///< index into kLineColumns or kDocumentColumns
    std::vector<ValueSource> from; ///< the first that has a value wins
    std::optional<std::vector<std::string>>
        null_tokens;                   ///< instead of the mapping's, for columns where "None" may be meant
    std::vector<TimeFormat> formats;   ///< date and instant columns: tried in order
    std::optional<Zone> zone;          ///< of dates and times without an offset; else the billing zone
    std::optional<NumberStyle> number; ///< of text; JSON's own numbers are read as JSON's
    enum class Case { as_is, lower, upper };
    Case letters = Case::as_is;  ///< a-z and A-Z only
    bool trim = false;           ///< spaces around text are cut
    int shift = 0;               ///< number x 10^shift: -2 for cents
    bool in_minor_units = false; ///< shifted by what MappingSpec::minor_units says of the line's currency
    int plus_days = 0;           ///< date and instant columns: 1 makes an inclusive end exclusive
    int plus_months = 0;         ///< the same day of a later month, or that month's last
    std::vector<std::pair<std::string, std::string>> values; ///< vendor's text -> column's text
    std::optional<std::string>
        values_else;       ///< for text that `values` lacks; without it such text is kept as it is
    bool required = false; ///< no value = the record is rejected
    std::optional<std::string> fallback; ///< used where no source has a value ("default" in the file)
};

/// A record that is a billing document: it has a header of its own besides its lines.
struct DocumentSpec {
    ValuePath id;                    ///< seen from a line
    std::vector<ColumnRule> columns; ///< seen from the header
    /// Measures of the header for documents whose lines carry no money: a single line takes them
    /// (header_total), several lines get 0 and one more line takes them (header_remainder), so that lines
    /// always add up to the document.
    std::vector<ColumnRule> line_money;
};

/// How small a currency's minor unit is, for vendors that tell amounts in it.
struct MinorUnits {
    std::vector<ValuePath> currency;                     ///< the first that has a value
    std::vector<std::pair<std::string, int>> decimals{}; ///< currency as the vendor writes it -> decimals
    std::optional<int> otherwise{}; ///< decimals of other currencies; nullopt = such a record is rejected
};

struct MappingSpec {
    std::vector<std::string> null_tokens; ///< trimmed text equal to one of these is NULL
    std::vector<ColumnRule> columns;
    std::optional<MinorUnits> minor_units;
    std::optional<DocumentSpec> document;
    int identity_version = 1;
    std::vector<std::size_t>
        identity; ///< line columns; with source, version and ordinal they are the line's key
    bool ordinal_by_position =
        false; ///< equal identities are numbered by their place in the document, else by content
};

/// Limits beyond which a slice is not loaded but waits for a person. Shares are in per mille of the slice's
/// lines.
struct LoadLimits {
    int max_vanish_permille = 500; ///< a slice that would lose more of its lines is held
    int max_rejects = 1000;        ///< more rejected records than this fail the slice
    int max_reject_permille =
        10; ///< a larger share of rejected records fails the slice (a single reject never does)
    std::optional<int> keep_pages_days; ///< raw pages fetched longer ago may be dropped; nullopt = never
};

/// Two numbers that must be equal before a slice commits. `actual` is always what the star would hold.
struct ControlCheck {
    enum class Kind {
        count,     ///< vendor's number of records against the star's documents, or lines where there are none
        sum,       ///< vendor's total against the sum of a measure, by currency
        documents, ///< each document's header amount against the sum of its lines
        products   ///< on each line: factor x factor against a measure
    };
    std::string name;
    Kind kind = Kind::sum;
    std::optional<std::size_t> column;      ///< line measure (kLineColumns)
    std::optional<Path> expected;           ///< count and sum: where the vendor's number stands
    std::optional<RequestTemplate> request; ///< count and sum: the answer that has it; else the pages' own
    std::optional<Path> rows;     ///< array in that answer with a number a currency; a currency without is 0
    std::optional<Path> currency; ///< of the number, beside it; else the source's
    std::optional<std::size_t> header; ///< documents: a header's amount (kDocumentColumns)
    std::vector<std::size_t> factors;  ///< products: two line measures
    std::optional<std::size_t> per;    ///< products: line measure that the price is for, NULL counts as 1
    Decimal tolerance;                 ///< difference that is still fine, >= 0, in units of the numbers
};

/// The call that lists a stream's partitions, at the start of each run.
struct PartitionRequest {
    RequestTemplate request;
    Pagination pagination;
    ResponseSpec response;
    RecordsSpec records;
    Path value; ///< of a record: text or a whole number
};

struct StreamDefinition {
    std::string name;
    RequestTemplate request;
    WindowSpec window;
    std::vector<std::string>
        partitions; ///< one value a partition, each with its own watermark; empty = not partitioned
    std::optional<PartitionRequest> partition_request; ///< lists them instead
    bool is_partitioned() const { return !partitions.empty() || partition_request; }
    Pagination pagination;
    ResponseSpec response;
    RecordsSpec records;
    MappingSpec mapping;
    std::vector<ControlCheck> checks; ///< in file order
    LoadLimits load;
};

/// The vendor connection, as wh.dim_source holds it.
struct SourceDefinition {
    std::string code;
    std::string vendor_code;
    std::string provider_name;
    std::optional<std::string> host_provider_name;
    std::string invoice_issuer_name;
    std::string publisher_name;
    std::string default_currency;
    Zone billing_zone;
};

struct JobDefinition {
    int format_version = 1; ///< of the job file's vocabulary
    std::string name;
    std::string description; ///< one line for people
    std::filesystem::path file;
    std::string
        config_hash; ///< SHA-256 (hex) of the job file's bytes and the settings that billhouse.yaml puts in
    bool enabled = true;
    SourceDefinition source;
    HttpSettings http;
    std::vector<StreamDefinition> streams;
};

struct WarehouseSettings {
    std::string connection; ///< libpq URI or key=value text without a password; empty = libpq's own defaults
    std::optional<SecretReference> password;
    std::chrono::milliseconds lock_timeout{30'000};
    std::chrono::milliseconds statement_timeout{600'000};
};

/// Everything that the configuration folder says.
struct Configuration {
    std::filesystem::path folder;
    WarehouseSettings warehouse;
    std::filesystem::path metrics_folder; ///< where each job's metrics file goes; empty = none is written
    std::vector<JobDefinition> jobs;      ///< sorted by name
};

} // namespace billhouse
