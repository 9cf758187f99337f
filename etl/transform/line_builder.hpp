#pragma once

#include "job/job_definition.hpp"
#include "transform/column_value.hpp"
#include "transform/members.hpp"
#include "transform/star_rows.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace billhouse {

/// Makes a fact line of column values: fills what the job leaves out, checks what the warehouse would refuse,
/// names the members, derives identity and content hash.
class LineBuilder {
public:
    LineBuilder(SourceDefinition const& source, MappingSpec const& mapping);

    /// @param values  completed with the defaults
    /// @param line    document_id and attributes must be set; the rest is filled but provenance; key and
    /// identity are those of an only line
    /// @returns false and fills `fault` where the line cannot become a fact; no member is taken up then
    bool build(LineValues& values, std::string_view line_kind, ChargeLine& line, Fault& fault);

    MemberBook& members() { return members_; }
    /// Canonical identity of the line built last, without the ordinal.
    std::string_view identity() const { return identity_.canonical(); }

private:
    void fill_defaults(LineValues& values);
    void fill_periods(LineValues& values);
    void name_members(LineValues const& values, std::string_view line_kind, ChargeLine& line);
    void identify(LineValues const& values, ChargeLine& line);
    IdentityKey const& dates_of(ChargeLine const& line);
    std::int64_t content(LineValues const& values, std::string_view line_kind, ChargeLine const& line);

    SourceDefinition const& source_;
    MappingSpec const& mapping_;
    IdentityKey identity_;        ///< begins with source code and identity version
    std::size_t identity_prefix_; ///< bytes of these
    IdentityKey content_;         ///< reused
    IdentityKey dates_;           ///< what content() says of last_counts_
    std::array<std::int64_t, 5> last_counts_{};
    MemberBook members_;
    Date last_date_; ///< neighbouring lines are of the same day
    Instant last_day_start_, last_day_end_;
};

} // namespace billhouse
