#include "decode/csv_reader.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

namespace billhouse {

bool CsvReader::next() {
    while (skip_line_end()) {
    }
    if (at_end()) return false;
    characters_.clear();
    ends_.clear();
    row_line_ = line_;
    auto const from = at_;
    read_row();
    row_ = text_.substr(from, at_ - from);
    if (!at_end()) skip_line_end();

    fields_.clear();
    std::size_t begin = 0;
    for (auto const end : ends_) {
        fields_.push_back(std::string_view(characters_).substr(begin, end - begin));
        begin = end;
    }
    return true;
}

bool CsvReader::skip_line_end() {
    auto const rest = text_.substr(at_);
    auto const length = rest.starts_with("\r\n") ? 2U : rest.starts_with('\n') ? 1U : 0U;
    at_ += length;
    if (length > 0) ++line_;
    return length > 0;
}

void CsvReader::read_row() {
    for (;;) {
        read_field();
        ends_.push_back(characters_.size());
        if (at_end() || text_[at_] != delimiter_) return;
        ++at_;
    }
}

void CsvReader::read_field() {
    field_from_ = characters_.size();
    if (at_end() || text_[at_] != '"') return read_plain();
    read_quoted();
    auto const rest = text_.substr(at_);
    bool const is_over = rest.empty() || rest[0] == delimiter_ || rest[0] == '\n' || rest.starts_with("\r\n");
    if (!is_over) fail(line_, "text after a closing quote");
}

void CsvReader::read_quoted() {
    auto const begin = line_;
    for (++at_; !at_end(); ++at_) {
        if (text_[at_] == '"') {
            if (!text_.substr(at_ + 1).starts_with('"')) {
                ++at_;
                return;
            }
            ++at_;
        }
        if (text_[at_] == '\n') ++line_;
        add(text_[at_]);
    }
    fail(begin, "a quoted field that does not end");
}

void CsvReader::read_plain() {
    for (; !at_end(); ++at_) {
        char const c = text_[at_];
        if (c == delimiter_ || c == '\n' || text_.substr(at_).starts_with("\r\n")) return;
        if (c == '"') fail(line_, "a quote within a field that does not begin with one");
        if (c == '\r') fail(line_, "a carriage return that ends no line");
        add(c);
    }
}

void CsvReader::add(char c) {
    if (characters_.size() - field_from_ >= max_field_)
        fail(row_line_, fmt::format("a field longer than {} bytes", max_field_));
    characters_ += c;
}

void CsvReader::fail(std::size_t line, std::string const& what) const {
    throw Error(ErrorKind::data, fmt::format("the answer is not usable CSV at line {}: {}", line, what),
                "See the vendor's answer with `billhouse preview`; check records.csv.delimiter.");
}

} // namespace billhouse
