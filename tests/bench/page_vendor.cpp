#include "bench/guance_pages.hpp"

#include <httplib.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace billhouse::bench;

/// A vendor that costs next to nothing, so that a benchmark measures billhouse: Guance-like billing lines of
/// some 650 bytes, served from memory, a page at a time.
///
///     GET /lines?day=2023-01-01&page=1&variant=base   one day's pages; without a day, the pages of all days
///     on end GET /sum?variant=base                           what all days cost together, exactly GET /stats
///     requests so far, most of them at once; counts anew after it
///
/// variant=restated has other amounts in 2 % of the lines; variant=long has amounts of 19 digits, more than a
/// binary floating point number holds.
///
/// usage: page_vendor DAYS LINES_A_DAY [LATENCY_MS [LINES_A_PAGE]]       the first day is 2023-01-01
namespace {

/// The lines of all days, and how they are cut into pages: a page never has lines of two days.
struct Bill {
    int days, lines, page_size;
    int pages_a_day() const { return std::max(1, (lines + page_size - 1) / page_size); }

    /// The sum of the billed amounts.
    std::string sum(std::string const& variant) const {
        std::uint64_t units = 0, millionths = 0; // apart, for 10^7 amounts of 19 digits exceed 64 bits
        for (int day = 0; day < days; ++day)
            for (int number = 0; number < lines; ++number) {
                auto const billed = amounts_of(day, number, variant).billed;
                units += billed / 1'000'000;
                millionths += billed % 1'000'000;
            }
        return std::to_string(units + millionths / 1'000'000) + amount(millionths % 1'000'000).substr(1);
    }
};

/// Lines [first, last) of a day, with commas between them and before all but the day's page's first.
void append_lines(std::string& body, int day, int first, int last, int page_first,
                  std::string const& variant) {
    for (int number = first; number < last; ++number) {
        if (number > page_first) body += ',';
        append_line(body, day, number, variant);
    }
}

struct Load {
    std::atomic<int> requests{0}, now{0}, most{0};
    void enter() {
        ++requests;
        int const here = ++now;
        int before = most;
        while (before < here && !most.compare_exchange_weak(before, here)) {
        }
    }
};

/// A page's lines, kept where all of them fit into memory.
class Pages {
public:
    explicit Pages(Bill const& bill) : bill_(bill) {
        if (static_cast<long>(bill.days) * bill.lines > 1'000'000) return;
        for (auto const* variant : {"base", "restated"})
            for (int page = 0; page < bill.days * bill.pages_a_day(); ++page)
                kept_[variant].push_back(lines_of(page, variant));
    }

    /// @param page  from 0, of all days' pages on end
    std::shared_ptr<std::string const> lines(int page, std::string const& variant) const {
        auto const known = kept_.find(variant);
        if (known == kept_.end()) return std::make_shared<std::string>(lines_of(page, variant));
        return {std::shared_ptr<void>(), &known->second[static_cast<std::size_t>(page)]};
    }

    int first_line(int page) const { return page % bill_.pages_a_day() * bill_.page_size; }
    int last_line(int page) const { return std::min(first_line(page) + bill_.page_size, bill_.lines); }

private:
    std::string lines_of(int page, std::string const& variant) const {
        std::string body;
        body.reserve(700 * static_cast<std::size_t>(bill_.page_size));
        append_lines(body, page / bill_.pages_a_day(), first_line(page), last_line(page), first_line(page),
                     variant);
        return body;
    }

    Bill bill_;
    std::map<std::string, std::vector<std::string>> kept_; // variant -> pages
};

/// Head, lines and tail as they lie, in no more pieces than it takes.
void send_page(httplib::Response& response, std::shared_ptr<std::string const> lines, std::string tail) {
    std::size_t const head = std::strlen(kHead), size = head + lines->size() + tail.size();
    response.set_content_provider(
        size, "application/json", [=](std::size_t offset, std::size_t, httplib::DataSink& sink) {
            if (offset < head) return sink.write(kHead + offset, head - offset);
            if (offset < head + lines->size())
                return sink.write(lines->data() + (offset - head), lines->size() - (offset - head));
            auto const from = offset - head - lines->size();
            return sink.write(tail.data() + from, tail.size() - from);
        });
}

/// A page too large to be held: made while it is sent.
void stream_page(httplib::Response& response, Pages const& pages, int day, int page, std::string variant,
                 std::string tail) {
    auto next = std::make_shared<int>(pages.first_line(page));
    response.set_chunked_content_provider(
        "application/json", [=, &pages](std::size_t, httplib::DataSink& sink) {
            int const first = pages.first_line(page), last = pages.last_line(page);
            std::string part = *next == first ? kHead : "";
            int const until = std::min(*next + 1000, last);
            append_lines(part, day, *next, until, first, variant);
            *next = until;
            if (until == last) part += tail;
            sink.write(part.data(), part.size());
            if (until == last) sink.done();
            return true;
        });
}

} // namespace

int main(int count, char** arguments) {
    if (count < 3)
        return std::fprintf(stderr, "usage: page_vendor DAYS LINES_A_DAY [LATENCY_MS [LINES_A_PAGE]]\n"), 64;
    Bill const bill{std::atoi(arguments[1]), std::atoi(arguments[2]),
                    count > 4 ? std::atoi(arguments[4]) : 1000};
    std::chrono::milliseconds const latency(count > 3 ? std::atoi(arguments[3]) : 0);
    Pages const pages(bill);
    std::map<std::string, int> day_of;
    for (int day = 0; day < bill.days; ++day)
        day_of[date_of(day)] = day;

    httplib::Server server;
    Load load;
    server.Get("/lines", [&](httplib::Request const& request, httplib::Response& response) {
        load.enter();
        std::this_thread::sleep_for(latency);
        auto const variant = request.get_param_value("variant");
        int const page = std::atoi(request.get_param_value("page").c_str());
        auto const day = day_of.find(request.get_param_value("day"));
        bool const is_whole = !request.has_param("day");
        int const total_pages = is_whole              ? bill.days * bill.pages_a_day()
                                : day != day_of.end() ? bill.pages_a_day()
                                                      : 0;
        int const total_lines = is_whole ? bill.days * bill.lines : total_pages > 0 ? bill.lines : 0;
        auto const tail = tail_of(total_lines, total_pages, page);
        int const at = page - 1 + (is_whole || total_pages == 0 ? 0 : day->second * bill.pages_a_day());
        if (page < 1 || page > total_pages)
            response.set_content(kHead + tail, "application/json");
        else if (bill.page_size > 100'000)
            stream_page(response, pages, at / bill.pages_a_day(), at, variant, tail);
        else
            send_page(response, pages.lines(at, variant), tail);
        --load.now;
    });
    server.Get("/sum", [&](httplib::Request const& request, httplib::Response& response) {
        response.set_content(bill.sum(request.get_param_value("variant")), "text/plain");
    });
    server.Get("/stats", [&](httplib::Request const&, httplib::Response& response) {
        response.set_content("{\"requests\":" + std::to_string(load.requests.exchange(0)) +
                                 ",\"most_at_once\":" + std::to_string(load.most.exchange(0)) + "}",
                             "application/json");
    });
    server.set_tcp_nodelay(true);
    server.set_keep_alive_max_count(100'000'000);
    server.new_task_queue = [] { return new httplib::ThreadPool(64); };
    std::printf("%d\n", server.bind_to_any_port("127.0.0.1"));
    std::fflush(stdout);
    server.listen_after_bind();
}
