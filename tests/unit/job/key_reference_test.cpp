#include "job/job_schema.hpp"
#include "job/key_reference.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace billhouse {

TEST(KeyReference, config_readme_tells_what_the_declarations_say) {
    std::ifstream file(BILLHOUSE_SOURCE_DIR "/config/README.md");
    std::stringstream readme;
    readme << file.rdbuf();
    for (auto const& expected : {key_reference("job", job_shape().description(), 3),
                                 key_reference("billhouse.yaml", main_file_shape().description(), 3)})
        EXPECT_NE(readme.str().find(expected), std::string::npos) << "config/README.md lacks this text:\n"
                                                                  << expected;
}

/// An example that its own key refuses would mislead; a default that it refuses would fail every file.
TEST(KeyReference, every_key_has_a_meaning_and_every_default_can_be_read) {
    Diagnostics diagnostics;
    Reading reading("defaults", diagnostics);
    YamlNode empty;
    empty.kind = YamlNode::Kind::mapping;
    HttpSettings http;
    http_shape().read_into(http, empty, reading);
    EXPECT_EQ(diagnostics.text(),
              "defaults: missing key 'base_url'\nHINT: For example: base_url: https://openapi.guance.com");
    EXPECT_EQ(http.retry.attempts, RetryLimits().attempts);
    EXPECT_EQ(http.connect_timeout, HttpSettings().connect_timeout);
    auto const job_description = job_shape().description();
    for (auto const& key : job_description.keys)
        EXPECT_FALSE(key.doc.empty()) << key.name;
}

} // namespace billhouse
