#pragma once

#include "job/diagnostic.hpp"
#include "job/yaml_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// Declarations of configuration keys. Each key is declared once, with its type, default, bounds, explanation
/// and example; from that one declaration a value is read into its struct and described to people and
/// editors, so the two cannot drift apart.
namespace billhouse {

struct KeyDescription;

/// What a value may be, for reference text and JSON Schema.
struct ValueDescription {
    enum class Kind {
        text,    ///< a string; see `pattern`, `choices`
        integer, ///< see `least`, `most`
        boolean,
        scalar,   ///< text, number, boolean or null
        sequence, ///< of inner[0]
        mapping,  ///< with `keys`
        table,    ///< names of the author's choice (or those in `choices`) -> inner[0]
        any_of,   ///< one of `inner`
        named     ///< the value described elsewhere under `name`: ends recursion
    };
    Kind kind = Kind::text;
    std::string words;   ///< for people, with its unit: "duration (ms, s, min, h), 1s .. 1h"
    std::string pattern; ///< ECMA regular expression that the whole text matches, where one is known
    std::optional<std::int64_t> least, most;
    std::vector<std::string> choices;
    std::vector<KeyDescription> keys;
    std::vector<ValueDescription> inner;
    std::string name;
};

struct KeyDescription {
    std::string name;
    ValueDescription value;
    bool required = false;
    std::string fallback; ///< the default as it would be written; empty = none
    std::string doc;      ///< one sentence
    std::string example;  ///< as it would be written
};

/// Where the problems of one file go.
class Reading {
public:
    Reading(std::string file, Diagnostics& diagnostics)
        : file_(std::move(file)), diagnostics_(&diagnostics) {}
    void report(YamlNode const& at, std::string const& message, std::string hint = {});
    void report_key(YamlNode const& parent, YamlMember const& key, std::string const& message,
                    std::string hint = {});
    /// Reports "expected ..., found ...".
    void expected(std::string_view what, YamlNode const& found, std::string hint = {});
    /// Reports a key that is not among `known`, with the nearest one.
    void unknown_key(YamlNode const& parent, YamlMember const& key, std::vector<std::string> const& known);
    std::string const& file() const { return file_; }

private:
    std::string file_;
    Diagnostics* diagnostics_;
};

/// How one kind of value is read, and what to say about it. `read` reports what is wrong and then returns
/// nullopt.
template <class T>
struct Shape {
    ValueDescription description;
    std::function<std::optional<T>(YamlNode const&, Reading&)> read;
};

/// What people are told about a key.
struct KeyText {
    std::string doc;
    std::string example;
};

/// Where a default is a scalar it is read from this text by the key's own shape; "[...]" and "{...}" only
/// describe what the struct starts with.
struct Default {
    std::string text;
};

/// A mapping with fixed keys that fill the members of a T.
template <class T>
class MappingShape {
public:
    using Check = std::function<void(T&, YamlNode const&, Reading&)>;

    template <class Class, class Member, class Value>
    MappingShape& required(std::string name, Member Class::*member, Shape<Value> shape, KeyText text) {
        return add(std::move(name), std::move(shape), setter<Value>(member), true, {}, std::move(text));
    }
    template <class Class, class Member, class Value>
    MappingShape& optional(std::string name, Member Class::*member, Shape<Value> shape, Default fallback,
                           KeyText text) {
        return add(std::move(name), std::move(shape), setter<Value>(member), false, std::move(fallback.text),
                   std::move(text));
    }
    /// A key whose value `set` takes.
    template <class Value>
    MappingShape& accept(std::string name, Shape<Value> shape,
                         std::function<void(T&, std::type_identity_t<Value>)> set, KeyText text,
                         bool is_required = false, Default fallback = {}) {
        return add<Value>(std::move(name), std::move(shape), std::move(set), is_required,
                          std::move(fallback.text), std::move(text));
    }
    /// A mapping within, whose keys fill the same T.
    MappingShape& group(std::string name, MappingShape const& inner, bool is_required, KeyText text) {
        describe(name, inner.description(), is_required, {}, std::move(text));
        keys_.push_back({name, is_required, [inner](T& object, YamlNode const* node, Reading& reading) {
                             if (node) return inner.read_into(object, *node, reading);
                             return inner.apply_defaults(object, reading), true;
                         }});
        return *this;
    }
    /// Runs after all keys were read without a problem; reports what keys mean wrongly together.
    MappingShape& check(Check check) {
        checks_.push_back(std::move(check));
        return *this;
    }

    ValueDescription const& description() const { return description_; }

    Shape<T> shape() const {
        // shared, for a shape is copied on its way into those around it
        auto self = std::make_shared<MappingShape const>(*this);
        return {description_, [self](YamlNode const& node, Reading& reading) -> std::optional<T> {
                    T object{};
                    if (!self->read_into(object, node, reading)) return std::nullopt;
                    return object;
                }};
    }

    /// @returns whether everything was right
    bool read_into(T& object, YamlNode const& node, Reading& reading) const {
        if (node.kind != YamlNode::Kind::mapping) return reading.expected("a mapping of keys", node), false;
        bool good = refuse_unknown(node, reading);
        for (auto const& key : keys_) {
            auto const* const value = node.find(key.name);
            if (!value && key.required) {
                reading.report(node, "missing key '" + key.name + "'", hint_for(key.name));
                good = false;
            } else if (!key.read(object, value, reading)) {
                good = false;
            }
        }
        if (good)
            for (auto const& check : checks_)
                check(object, node, reading);
        return good;
    }

private:
    struct Key {
        std::string name;
        bool required;
        std::function<bool(T&, YamlNode const*, Reading&)> read; ///< without a node: applies the default
    };

    template <class Value, class Class, class Member>
    static std::function<void(T&, Value)> setter(Member Class::*member) {
        return [member](T& object, Value value) { object.*member = Member(std::move(value)); };
    }

    void describe(std::string const& name, ValueDescription value, bool is_required, std::string fallback,
                  KeyText text) {
        description_.kind = ValueDescription::Kind::mapping;
        description_.keys.push_back({name, std::move(value), is_required, std::move(fallback),
                                     std::move(text.doc), std::move(text.example)});
    }

    template <class Value>
    MappingShape& add(std::string name, Shape<Value> shape, std::function<void(T&, Value)> set,
                      bool is_required, std::string fallback, KeyText text) {
        describe(name, std::move(shape.description), is_required, fallback, std::move(text));
        YamlNode standard;
        standard.kind = YamlNode::Kind::scalar;
        standard.text = std::move(fallback);
        bool const has_standard =
            !standard.text.empty() && standard.text[0] != '[' && standard.text[0] != '{';
        keys_.push_back({std::move(name), is_required,
                         [read = std::move(shape.read), set = std::move(set), standard,
                          has_standard](T& object, YamlNode const* node, Reading& reading) {
                             if (!node && !has_standard) return true;
                             auto value = read(node ? *node : standard, reading);
                             if (value) set(object, std::move(*value));
                             return value.has_value();
                         }});
        return *this;
    }

    void apply_defaults(T& object, Reading& reading) const {
        for (auto const& key : keys_)
            key.read(object, nullptr, reading);
    }

    bool refuse_unknown(YamlNode const& node, Reading& reading) const {
        std::vector<std::string> known;
        for (auto const& key : keys_)
            known.push_back(key.name);
        bool good = true;
        for (auto const& member : node.members)
            if (std::find(known.begin(), known.end(), member.key) == known.end()) {
                reading.unknown_key(node, member, known);
                good = false;
            }
        return good;
    }

    std::string hint_for(std::string const& name) const {
        for (auto const& key : description_.keys)
            if (key.name == name && !key.example.empty()) return "For example: " + name + ": " + key.example;
        return {};
    }

    ValueDescription description_;
    std::vector<Key> keys_;
    std::vector<Check> checks_;
};

/// A shape that is described once, however often it is used.
template <class T>
Shape<T> named(std::string name, MappingShape<T> const& keys) {
    auto shape = keys.shape();
    shape.description.name = std::move(name);
    return shape;
}

/// A list of values of one shape.
template <class T>
Shape<std::vector<T>> sequence_of(Shape<T> element, std::size_t least = 0) {
    ValueDescription description;
    description.kind = ValueDescription::Kind::sequence;
    description.words = "list of: " + element.description.words;
    description.inner = {std::move(element.description)};
    return {std::move(description),
            [read = std::move(element.read), least](YamlNode const& node,
                                                    Reading& reading) -> std::optional<std::vector<T>> {
                if (node.kind != YamlNode::Kind::sequence)
                    return reading.expected("a list", node), std::nullopt;
                std::vector<T> values;
                bool good = node.elements.size() >= least;
                if (!good)
                    reading.report(node, "expected at least " + std::to_string(least) + " elements, found " +
                                             std::to_string(node.elements.size()));
                for (auto const& each : node.elements) {
                    auto value = read(each, reading);
                    if (value)
                        values.push_back(std::move(*value));
                    else
                        good = false;
                }
                if (!good) return std::nullopt;
                return values;
            }};
}

/// One value, or a list of at least one.
template <class T>
Shape<std::vector<T>> one_or_more(Shape<T> element) {
    auto list = sequence_of(element, 1);
    ValueDescription description;
    description.kind = ValueDescription::Kind::any_of;
    description.words = element.description.words + ", or a list of such";
    description.inner = {std::move(element.description), std::move(list.description)};
    return {std::move(description),
            [read_one = std::move(element.read), read_list = std::move(list.read)](
                YamlNode const& node, Reading& reading) -> std::optional<std::vector<T>> {
                if (node.kind == YamlNode::Kind::sequence) return read_list(node, reading);
                auto value = read_one(node, reading);
                if (!value) return std::nullopt;
                return std::vector<T>{std::move(*value)};
            }};
}

/// Names of the author's choice with a value each, in file order.
/// @param name_problem  what is wrong with a name, or empty
template <class T>
Shape<std::vector<std::pair<std::string, T>>>
table_of(Shape<T> value, std::string (*name_problem)(std::string const&) = nullptr) {
    using Table = std::vector<std::pair<std::string, T>>;
    ValueDescription description;
    description.kind = ValueDescription::Kind::table;
    description.words = "mapping of names to: " + value.description.words;
    description.inner = {std::move(value.description)};
    return {std::move(description),
            [read_value = std::move(value.read), name_problem](YamlNode const& node,
                                                               Reading& reading) -> std::optional<Table> {
                if (node.kind != YamlNode::Kind::mapping)
                    return reading.expected("a mapping of names to values", node), std::nullopt;
                Table table;
                bool good = true;
                for (auto const& member : node.members) {
                    auto const problem = name_problem ? name_problem(member.key) : std::string();
                    if (!problem.empty()) reading.report_key(node, member, problem);
                    auto read = read_value(member.value, reading);
                    good = good && problem.empty() && read;
                    if (read) table.emplace_back(member.key, std::move(*read));
                }
                if (!good) return std::nullopt;
                return table;
            }};
}

} // namespace billhouse
