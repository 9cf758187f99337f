#include "base/decimal.hpp"
#include "base/error.hpp"
#include "base/sha256.hpp"
#include "decode/page_decoder.hpp"
#include "job/job_loader.hpp"
#include "load/copy_format.hpp"
#include "run/slice_fingerprint.hpp"
#include "transform/star_mapper.hpp"

#include "bench/guance_pages.hpp"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <exception>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

/// What a record costs the client on its way from bytes to star rows, stage by stage, on one thread. Items
/// are records (or numbers, or lines), so that items_per_second is the pace.
///
/// usage: micro JOB_FILE [options of Google Benchmark]
namespace {

using namespace billhouse;

constexpr int kPages = 10;
constexpr int kPageSize = 1000, kLines = kPages * kPageSize;
constexpr std::uint64_t kMaxBody = 64 << 20;

std::string job_file;

JobDefinition const& job() {
    static JobDefinition const definition = [] {
        std::ifstream file(job_file);
        std::stringstream text;
        text << file.rdbuf();
        return parse_configuration(std::nullopt, {{"bench.yaml", text.str()}}).jobs.at(0);
    }();
    return definition;
}

std::string page_of(int page) {
    std::string text = bench::kHead;
    for (int number = page * kPageSize; number < (page + 1) * kPageSize; ++number) {
        if (number > page * kPageSize) text += ',';
        bench::append_line(text, 0, number, "base");
    }
    return text + bench::tail_of(kLines, kPages, page + 1);
}

std::vector<SpooledText> const& pages() {
    static auto const texts = [] {
        std::vector<SpooledText> all;
        for (int page = 0; page < kPages; ++page)
            all.emplace_back(page_of(page));
        return all;
    }();
    return texts;
}

void map_pages(StarMapper& mapper) {
    auto const& stream = job().streams.at(0);
    std::int32_t number = 0;
    for (auto const& page : pages()) {
        mapper.begin_page(number++);
        decode_page(page, stream.records, kMaxBody, [&](RecordView const& record) { mapper.map(record); });
        mapper.commit_page();
    }
}

StarRows const& rows() {
    static auto const all = [] {
        StarMapper mapper(job().source, job().streams.at(0), {});
        map_pages(mapper);
        return mapper.finish();
    }();
    return all;
}

void count_items(benchmark::State& state, std::size_t each) {
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(each));
}

void decode(benchmark::State& state) {
    auto const& records = job().streams.at(0).records;
    for ([[maybe_unused]] auto _ : state)
        for (auto const& page : pages())
            benchmark::DoNotOptimize(decode_page(page, records, kMaxBody, [](RecordView const&) {}));
    count_items(state, kLines);
}
BENCHMARK(decode)->Unit(benchmark::kMillisecond);

void decode_and_map(benchmark::State& state) {
    StarMapper mapper(job().source, job().streams.at(0), {});
    for ([[maybe_unused]] auto _ : state) {
        map_pages(mapper);
        state.PauseTiming();
        mapper.finish();
        state.ResumeTiming();
    }
    count_items(state, kLines);
}
BENCHMARK(decode_and_map)->Unit(benchmark::kMillisecond);

void finish(benchmark::State& state) {
    StarMapper mapper(job().source, job().streams.at(0), {});
    for ([[maybe_unused]] auto _ : state) {
        state.PauseTiming();
        map_pages(mapper);
        state.ResumeTiming();
        benchmark::DoNotOptimize(mapper.finish());
    }
    count_items(state, kLines);
}
BENCHMARK(finish)->Unit(benchmark::kMillisecond);

void bytes_to_star_rows_and_fingerprint(benchmark::State& state) {
    StarMapper mapper(job().source, job().streams.at(0), {});
    for ([[maybe_unused]] auto _ : state) {
        map_pages(mapper);
        auto const all = mapper.finish();
        if (all.lines.size() != kLines) state.SkipWithError("not every record became a line");
        benchmark::DoNotOptimize(fingerprint(all));
    }
    count_items(state, kLines);
}
BENCHMARK(bytes_to_star_rows_and_fingerprint)->Unit(benchmark::kMillisecond);

void slice_fingerprint(benchmark::State& state) {
    for ([[maybe_unused]] auto _ : state)
        benchmark::DoNotOptimize(fingerprint(rows()));
    count_items(state, kLines);
}
BENCHMARK(slice_fingerprint)->Unit(benchmark::kMillisecond);

/// Of as many bytes as a line's key, a line's content and a page have.
void sha_256(benchmark::State& state) {
    std::string const bytes(static_cast<std::size_t>(state.range(0)), 'x');
    for ([[maybe_unused]] auto _ : state)
        benchmark::DoNotOptimize(sha256(bytes));
    count_items(state, 1);
    state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(sha_256)->Arg(140)->Arg(420)->Arg(650'000);

void decimal_parse(benchmark::State& state) {
    std::string_view const texts[] = {"0", "123.456789", "-0.10", "12345678901234567890.123", "74210"};
    for ([[maybe_unused]] auto _ : state)
        for (auto const text : texts)
            benchmark::DoNotOptimize(Decimal::parse(text));
    count_items(state, std::size(texts));
}
BENCHMARK(decimal_parse);

/// CopyWriter needs a server; a line's numbers are most of what it encodes.
void copy_numbers_of_line(benchmark::State& state) {
    std::string buffer;
    for ([[maybe_unused]] auto _ : state) {
        for (auto const& line : rows().lines) {
            buffer.clear();
            for (auto const& amount : line.measures)
                if (amount) append_numeric(buffer, *amount);
            benchmark::DoNotOptimize(buffer.data());
        }
    }
    count_items(state, kLines);
}
BENCHMARK(copy_numbers_of_line)->Unit(benchmark::kMillisecond);

} // namespace

int main(int count, char** arguments) try {
    benchmark::Initialize(&count, arguments);
    if (count != 2) return std::fprintf(stderr, "usage: micro JOB_FILE [--benchmark_filter=...]\n"), 64;
    job_file = arguments[1];
    std::printf("sizeof(ChargeLine) = %zu\n", sizeof(ChargeLine));
    benchmark::RunSpecifiedBenchmarks();
    return 0;
} catch (std::exception const& error) {
    return std::fprintf(stderr, "micro: %s\n", error.what()), 1;
}
