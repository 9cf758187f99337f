#include "base/error.hpp"
#include "base/gunzip.hpp"

#include "fuzz/targets.hpp"

#include <zlib.h>

#include <algorithm>
#include <string>

namespace billhouse {
namespace {

constexpr std::uint64_t kMaxBytes = 1 << 20;

std::string compressed(std::string const& text) {
    z_stream stream{};
    hold(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK, "deflateInit2");
    std::string out(deflateBound(&stream, text.size()), '\0');
    auto input = text;
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    hold(deflate(&stream, Z_FINISH) == Z_STREAM_END, "deflate");
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

/// A file that is cut off, at whatever byte, is never taken for a whole one.
void hold_no_cut_file_passes(std::string const& file) {
    for (std::size_t kept = 1; kept < file.size(); kept += 1 + file.size() / 16) {
        try {
            gunzip(file.substr(0, kept), kMaxBytes);
        } catch (Error const&) {
            continue;
        }
        throw Finding("cut off after " + std::to_string(kept) + " bytes and taken for whole");
    }
}

} // namespace

void fuzz_gzip(std::uint8_t const* data, std::size_t size) {
    std::string const bytes(reinterpret_cast<char const*>(data), std::min<std::size_t>(size, 1 << 16));
    try {
        hold(gunzip(bytes, kMaxBytes).size() <= kMaxBytes, "more bytes than allowed");
    } catch (Error const& error) {
        hold(error.kind() == ErrorKind::data, error.what());
    }
    auto const file = compressed(bytes);
    hold(gunzip(file, kMaxBytes) == bytes, "a file does not become what it was made of");
    hold(gunzip(file + file, kMaxBytes) == bytes + bytes, "two members are not their contents together");
    hold_no_cut_file_passes(file);
}

} // namespace billhouse
