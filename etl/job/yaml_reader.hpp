#pragma once

#include "job/diagnostic.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace billhouse {

struct YamlMember;

/// A value of a YAML file. Scalars are text as written: what they mean is decided by the key that they stand
/// under.
struct YamlNode {
    enum class Kind { null, scalar, sequence, mapping };
    Kind kind = Kind::null;
    std::string text;    ///< scalar: its characters, unescaped
    bool quoted = false; ///< scalar: quoted or a block, so text whatever it looks like
    Mark mark;
    std::string path;   ///< "http.auth[0].secret"; empty at the root
    std::string origin; ///< where the text really comes from, if not from this place: "setting 'currency',
                        ///< billhouse.yaml:9:17"
    std::vector<YamlMember> members; ///< mapping: in file order, keys unique
    std::vector<YamlNode> elements;  ///< sequence

    YamlNode const* find(std::string_view key) const;
};

struct YamlMember {
    std::string key;
    Mark mark; ///< of the key
    YamlNode value;
};

/// Reads the strict subset of YAML 1.2 that configuration files are written in: one document, a mapping at
/// its root, text keys given once; no anchors, aliases, tags, merge keys, directives, tab characters, nor
/// plain or quoted text over several lines (block text `|` and `>` may). Limits: 256 KiB, 10,000 values, 32
/// levels. Never more memory than a small multiple of the text.
/// @param file  name for diagnostics
/// @returns nullopt with at least one diagnostic where the text is not of that kind
std::optional<YamlNode> read_yaml(std::string_view text, std::string const& file, Diagnostics& diagnostics);

} // namespace billhouse
