#pragma once

#include "transform/field_mapping.hpp"
#include "transform/star_rows.hpp"

#include <vector>

namespace billhouse {

/// Reads the header of a record that is a billing document.
class DocumentReader {
public:
    /// @param line    the document's id is looked for from a line
    /// @param header  its columns and money from the header itself
    DocumentReader(DocumentSpec const& spec, RuleContext const& line, RuleContext const& header);

    /// Reads id and columns; members, line count and provenance are left to the caller, and so is the period
    /// where the header has none.
    bool read(BillingDocument& document, Fault& fault);
    bool has_period() const { return has_period_; } ///< of the document read last

    /// The header's measures for lines that have no money of their own.
    bool read_money(Fault& fault);
    LineValues const& money() const { return money_; }

private:
    bool fill(BillingDocument& document, Fault& fault);

    ColumnReader id_;
    std::vector<ColumnReader> columns_;
    std::vector<ColumnReader> money_rules_;
    std::array<ColumnValue, kDocumentColumns.size()> values_;
    LineValues money_;
    bool has_period_ = false;
};

} // namespace billhouse
