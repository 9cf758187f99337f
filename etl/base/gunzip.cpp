#include "base/gunzip.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>
#include <vector>

namespace billhouse {

namespace {

constexpr std::size_t kPieceBytes = 256 * 1024;

[[noreturn]] void fail(std::string const& what, std::string hint) {
    throw Error(ErrorKind::data, "the answer is not usable gzip: " + what, std::move(hint));
}

constexpr auto kDamagedHint =
    "Remove records.compression if the vendor compresses the transfer only (Content-Encoding).";

class Inflater {
public:
    Inflater(SpooledText const& file, std::uint64_t max_bytes)
        : input_pass_(file), max_bytes_(max_bytes), piece_(kPieceBytes) {
        constexpr int kGzipOnly = 16 + MAX_WBITS;
        if (inflateInit2(&stream_, kGzipOnly) != Z_OK) throw std::bad_alloc();
    }
    ~Inflater() { inflateEnd(&stream_); }
    Inflater(Inflater const&) = delete;
    Inflater& operator=(Inflater const&) = delete;

    /// One member. @returns what follows it
    std::string_view member(std::string_view bytes) {
        inflateReset(&stream_);
        stream_.avail_in = 0;
        std::vector<unsigned char> input; // zlib's interface is not const; it does not write
        for (;;) {
            if (stream_.avail_in == 0) bytes = feed(bytes, input);
            auto const result = inflate_piece();
            if (result == Z_STREAM_END) break;
            if (result != Z_OK && result != Z_BUF_ERROR)
                fail(stream_.msg == nullptr ? "damaged" : stream_.msg, kDamagedHint);
            if (stream_.avail_in == 0 && bytes.empty() && stream_.avail_out > 0)
                fail("cut off", kDamagedHint);
        }
        return {bytes.data() - stream_.avail_in, bytes.size() + stream_.avail_in};
    }

    SpooledText finish() { return out_.finish(); }

private:
    std::string_view feed(std::string_view bytes, std::vector<unsigned char>& input) {
        auto const size = std::min(bytes.size(), kPieceBytes);
        input.assign(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
        input_pass_.reached(bytes.data());
        stream_.next_in = input.data();
        stream_.avail_in = static_cast<uInt>(size);
        return bytes.substr(size);
    }

    int inflate_piece() {
        stream_.next_out = piece_.data();
        stream_.avail_out = static_cast<uInt>(piece_.size());
        auto const result = inflate(&stream_, Z_NO_FLUSH);
        auto const size = piece_.size() - stream_.avail_out;
        if (out_.size() + size > max_bytes_)
            throw InflatesTooFar(ErrorKind::data,
                                 fmt::format("the answer is not usable gzip: more than {} after inflating",
                                             human_bytes(max_bytes_)),
                                 "If an answer may be so large, raise http.max_body.");
        out_.append({reinterpret_cast<char const*>(piece_.data()), size});
        return result;
    }

    TextPass input_pass_;
    std::uint64_t max_bytes_;
    std::vector<unsigned char> piece_;
    TextSpool out_;
    z_stream stream_{};
};

} // namespace

SpooledText gunzip(SpooledText const& file, std::uint64_t max_bytes) {
    auto bytes = file.view();
    if (!bytes.starts_with("\x1F\x8B")) fail("it does not begin like a gzip file", kDamagedHint);
    Inflater inflater(file, max_bytes);
    while (!bytes.empty())
        bytes = inflater.member(bytes);
    return inflater.finish();
}

} // namespace billhouse
