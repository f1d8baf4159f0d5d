#pragma once

#include "protocol/instruction_set.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <string_view>

/// What a test does, with each set of instructions that this processor has.
namespace jobaudit::protocol {

template <class Test>
void with_each_instruction_set(Test test)
{
    static constexpr std::array<std::string_view, 3> names{"baseline", "avx2", "avx512"};
    const auto before = current_instruction_set();
    for (const auto set : {instruction_set::baseline, instruction_set::avx2, instruction_set::avx512}) {
        const auto name = names[static_cast<std::size_t>(set)];
        if (!has_instruction_set(set)) {
            BOOST_TEST_MESSAGE("skipped: this processor has no " << name);
            continue;
        }
        choose_instruction_set(set);
        BOOST_TEST_CONTEXT(name) { test(); }
    }
    choose_instruction_set(before);
}

}  // namespace jobaudit::protocol
