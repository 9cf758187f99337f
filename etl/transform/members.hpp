#pragma once

#include "base/sha256.hpp"
#include "transform/column_value.hpp"
#include "transform/star_rows.hpp"

#include <array>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace billhouse {

/// Gathers the dimension members that lines name, each once. Neighbouring lines mostly name the same ones, so
/// the last is tried first.
class MemberBook {
public:
    /// How many members of each kind there are.
    using Mark = std::array<std::size_t, 6>;

    MemberIndex billing_account(LineValues const& values);
    MemberIndex sub_account(LineValues const& values);
    MemberIndex service(LineValues const& values);
    MemberIndex sku(LineValues const& values, MemberIndex service);
    MemberIndex charge_type(LineValues const& values, std::string_view line_kind);
    MemberIndex currency(LineValues const& values);

    DimensionMembers const& members() const { return members_; }
    Mark mark() const;
    void roll_back(Mark const& mark);
    /// Hands the members over and starts anew.
    DimensionMembers take();

private:
    struct KeyHash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    struct Index {
        std::unordered_map<std::string, MemberIndex, KeyHash, std::equal_to<>> known;
        std::vector<std::optional<std::string>> last_parts;
        MemberIndex last = kNone;
    };
    using Parts = std::initializer_list<std::optional<std::string_view>>;
    template <class Member, class Make>
    MemberIndex intern(Index& index, Parts parts, std::vector<Member>& members, Make const& make);

    DimensionMembers members_;
    std::array<Index, 6> indexes_;
    IdentityKey key_; ///< of the member looked up, reused
};

} // namespace billhouse
