#pragma once

#include "base/date_time.hpp"
#include "job/job_definition.hpp"
#include "transform/column_value.hpp"
#include "transform/field_table.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace billhouse {

/// The window that the vendor was asked for, as dates; empty where it was not asked for one.
struct WindowTexts {
    std::string start, end, last; ///< `end` exclusive
};

/// What column rules look at: the fields of a line and of the records around it, and what is known without
/// them.
struct RuleContext {
    std::vector<FieldTable*>
        tables; ///< own fields first; "parent." is the next, "parent.parent." the one after
    std::string const& partition;
    std::vector<std::string> const& null_tokens;
    SourceDefinition const& source; ///< its zone is that of dates and times without an offset
    WindowTexts const& window;      ///< looked at for every record
    std::optional<MinorUnits> const& minor_units;
};

/// A column rule of a job file, compiled: paths are slots, formats are parsed.
class ColumnReader {
public:
    /// @throws Error(config)  a path without a key
    ColumnReader(ColumnRule const& rule, StarColumn const& column, RuleContext const& context);

    std::size_t column() const { return rule_.column; }
    /// Reads the column from the record that the field tables hold.
    /// @returns false and fills `fault` where the vendor's value breaks the rule; a missing value is no fault
    /// here
    bool read(ColumnValue& value, Fault& fault);
    /// @returns false and fills `fault` where the rule requires a value and there is none, header money
    /// included
    bool is_satisfied_by(ColumnValue const& value, Fault& fault) const;
    bool is_required() const { return rule_.required; }

private:
    struct Source {
        ValueSource::Kind kind;
        FieldTable const* table = nullptr;
        std::size_t slot = 0;
        std::string text;
        Path of{}; ///< Kind::sum
        std::vector<Source> operands;
        std::string const* window = nullptr; ///< Kind::window
        std::string built{};                 ///< Kind::concat: what it came to
    };
    /// A source's value before it has the column's type.
    struct Raw {
        enum class State { missing, text, number, fault };
        State state = State::missing;
        std::string_view text;
        Decimal number;
        bool is_vendors = false; ///< text that the vendor wrote: `number` says how its numbers look
    };

    bool read_directly(ColumnValue& value) const;
    bool read_anew(ColumnValue& value, Fault& fault);
    static Source compile(ValueSource const& source, RuleContext const& context);
    Raw first_value(Fault& fault);
    Raw evaluate(Source& source, Fault& fault);
    Raw from_field(Source const& source, Fault& fault) const;
    Raw sum(Source const& source, Fault& fault) const;
    Raw join(Source& source, Fault& fault);
    Raw calculate(Source& source, Fault& fault);
    Raw add_nanos(Source& source, Fault& fault);
    bool are_money(Decimal const& units, Decimal const& nanos, Fault& fault) const;
    Raw as_number(Raw const& raw, Fault& fault) const;
    void shape(Raw& raw);
    void translate(Raw& raw);
    bool convert(Raw const& raw, bool is_fallback, ColumnValue& value, Fault& fault);
    std::optional<int> shift_of(Fault& fault) const;
    bool convert_number(Raw const& raw, int shift, ColumnValue& value, Fault& fault) const;
    bool convert_time(Raw const& raw, bool is_fallback, ColumnValue& value, Fault& fault);
    bool read_time(Raw const& raw, bool is_fallback, Fault& fault);
    Date later(Date date) const;
    bool convert_flag(Raw const& raw, ColumnValue& value, Fault& fault) const;
    bool fail(Fault& fault, char const* code, std::string const& what) const;

    ColumnRule rule_;
    StarColumn column_;
    std::vector<Source> sources_;
    std::vector<Source> currency_; ///< of minor units
    MinorUnits minor_units_;
    NullTokens null_tokens_;
    Zone zone_;
    std::string scratch_;    ///< digits of a calculated text
    std::string shaped_;     ///< text in the case that the rule wants
    bool is_direct_ = false; ///< a field as it is, see read_directly()
    bool is_fixed_ = false;  ///< every record has the same text
    ColumnValue fixed_;      ///< that text, once it was read
    ColumnValue last_time_;
    std::string last_time_text_; ///< that last_time_ was read from
    bool last_is_fallback_ = false;
};

std::vector<ColumnReader> compile_rules(std::vector<ColumnRule> const& rules,
                                        std::span<StarColumn const> columns, RuleContext const& context);

} // namespace billhouse
