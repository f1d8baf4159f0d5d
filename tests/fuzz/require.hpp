#pragma once

#include <cstdlib>
#include <iostream>
#include <string_view>

namespace jobaudit::fuzz {

/// Ends the process when a promise does not hold; libFuzzer then keeps the input.
inline void require(bool holds, std::string_view promise)
{
    if (holds)
        return;
    std::cerr << "does not hold: " << promise << std::endl;
    std::abort();
}

}  // namespace jobaudit::fuzz
