#pragma once

#include "base/nameless_file.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace billhouse {

/// Text that may be larger than memory should hold, such as a page of two gigabytes. A large one lies in a
/// file without a name (see NamelessFile) that is mapped: it is read like any other text, and whoever goes
/// over it with a TextPass keeps only some megabytes of it in memory. Copies share a large text.
class SpooledText {
public:
    /// Bytes up to which TextSpool keeps a text in memory.
    static constexpr std::size_t kInMemory = 2 * 1024 * 1024;

    SpooledText() = default;
    SpooledText(std::string text) : memory_(std::move(text)) {}
    SpooledText(char const* text) : memory_(text) {}

    std::string_view view() const { return mapped_ ? std::string_view(mapped_.get(), size_) : memory_; }
    operator std::string_view() const { return view(); }
    std::size_t size() const { return view().size(); }
    bool empty() const { return view().empty(); }
    bool is_in_file() const { return mapped_ != nullptr; }
    /// Overwrites some bytes with '*'.
    void blank(std::size_t from, std::size_t size);

    friend bool operator==(SpooledText const& text, std::string_view other) { return text.view() == other; }

private:
    friend class TextSpool;

    std::string memory_;
    std::shared_ptr<char> mapped_;
    std::size_t size_ = 0; ///< of what is mapped
};

/// Puts a SpooledText together from its parts.
class TextSpool {
public:
    /// @throws Error(local_io)  the temporary file cannot be made, or cannot grow
    void append(std::string_view part);
    std::size_t size() const { return memory_.size() + file_.size(); }
    /// To be called once, at last.
    /// @throws Error(local_io)
    SpooledText finish();

private:
    std::string memory_;
    NamelessFile file_;
};

/// One reading of a text from its beginning to its end. Of one in a file it gives back the memory of what
/// lies behind; who looks there again nevertheless reads it from the file again.
class TextPass {
public:
    explicit TextPass(SpooledText const& text);
    ~TextPass();
    TextPass(TextPass const&) = delete;
    TextPass& operator=(TextPass const&) = delete;

    bool is_needed() const { return size_ > 0; } ///< the text is in a file
    /// Nothing of the text that lies much before this place is wanted soon.
    void reached(char const* place) {
        auto const offset = static_cast<std::size_t>(place - text_);
        if (offset < size_ && offset - given_back_ >= 2 * kBehind)
            give_back(offset - kBehind - offset % kLargestPage);
    }

private:
    static constexpr std::size_t kBehind = 2 * 1024 * 1024; ///< bytes before the place that are kept
    static constexpr std::size_t kLargestPage = 64 * 1024;  ///< of memory, on any machine
    void give_back(std::size_t until);

    char const* text_;
    std::size_t size_; ///< 0 = in memory
    std::size_t given_back_ = 0;
};

/// Hands a text over in pieces of this size, the last one perhaps smaller, and keeps no more of it in memory.
void for_each_piece(SpooledText const& text, std::size_t size,
                    std::function<void(std::string_view)> const& take);

} // namespace billhouse
