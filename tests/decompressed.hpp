#pragma once

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstddef>
#include <cstdio>
#include <string>

namespace jobaudit::test {

/// What the program that reads such files everywhere makes of one, and whether it took it for whole.
struct decompressed {
    std::string text;
    bool is_whole = false;

    /// A name that ends in `.gz`, or `.zst`.
    explicit decompressed(const std::string& path)
    {
        const std::string program = path.ends_with(".gz") ? "gzip" : "zstd";
        FILE* pipe = ::popen((program + " -q -dc '" + path + "' 2>/dev/null").c_str(), "r");
        BOOST_REQUIRE(pipe != nullptr);
        std::array<char, 4096> block;
        for (std::size_t count = 0; (count = std::fread(block.data(), 1, block.size(), pipe)) > 0;)
            text.append(block.data(), count);
        is_whole = ::pclose(pipe) == 0;
    }
};

}  // namespace jobaudit::test
