#include "base/error.hpp"
#include "fetch/url_reference.hpp"

#include "fuzz/input.hpp"
#include "fuzz/targets.hpp"

#include <curl/curl.h>

#include <array>
#include <memory>

namespace billhouse {
namespace {

struct Release {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
    void operator()(char* text) const { curl_free(text); }
};

/// Scheme, user, host and port as libcurl reads them: it is the one that will connect.
std::string where_libcurl_goes(std::string const& url) {
    std::unique_ptr<CURLU, Release> const parsed(curl_url());
    if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return "nowhere";
    std::string where;
    for (auto const part : {CURLUPART_SCHEME, CURLUPART_USER, CURLUPART_HOST, CURLUPART_PORT}) {
        char* text = nullptr;
        curl_url_get(parsed.get(), part, &text, CURLU_DEFAULT_PORT);
        std::unique_ptr<char, Release> const owned(text);
        where += text == nullptr ? "-" : text;
        where += ' ';
    }
    for (char& c : where)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a'); // hosts have no case
    return where;
}

constexpr std::array<char const*, 4> kPages = {"https://api.example/v1/costs?page=1",
                                               "http://127.0.0.1:8080/a/b",
                                               "https://[2001:db8::1]:8443/x?y#z", "https://api.example"};

} // namespace

/// Whatever a vendor writes into a link, the request goes where the job says.
void fuzz_next_url(std::uint8_t const* data, std::size_t size) {
    FuzzInput input(data, size);
    std::string const page = kPages[input.choice(kPages.size())];
    std::string const link(input.rest());
    try {
        auto const url = next_page_url(page, link);
        hold(where_libcurl_goes(url) == where_libcurl_goes(page),
             url + " leads to " + where_libcurl_goes(url) + "from " + page);
        hold(next_page_url(page, url) == url, "not final: " + url);
        for (char const c : url)
            hold(c > 0x20 && c < 0x7f, "a character that no URL holds: " + url);
    } catch (Error const& error) {
        hold(error.kind() == ErrorKind::data, error.what());
    }
    // A parameter begins at the first '?' and after each '&'; another '?' is part of a name or value.
    auto const query = without_query_parameter("https://api.example/v1?" + link, "key");
    auto const first = query.find('?');
    hold(first == query.npos || !query.substr(first + 1).starts_with("key="),
         "a parameter is left: " + query);
    hold(query.find("&key=") == query.npos, "a parameter is left: " + query);
}

} // namespace billhouse
