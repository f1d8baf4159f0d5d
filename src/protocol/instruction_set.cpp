#include "protocol/instruction_set.hpp"

#include <initializer_list>

namespace jobaudit::protocol {

namespace {

instruction_set best() noexcept
{
    for (const auto set : {instruction_set::avx512, instruction_set::avx2})
        if (has_instruction_set(set))
            return set;
    return instruction_set::baseline;
}

}  // namespace

std::atomic<instruction_set> detail::current_set{best()};

bool has_instruction_set(instruction_set set) noexcept
{
    switch (set) {
    case instruction_set::baseline:
        return true;
#ifdef __x86_64__
    case instruction_set::avx2:
        return __builtin_cpu_supports("avx2") != 0;
    case instruction_set::avx512:
        return __builtin_cpu_supports("avx512bw") != 0;
#else
    case instruction_set::avx2:
    case instruction_set::avx512:
        break;
#endif
    }
    return false;
}

void choose_instruction_set(instruction_set set) noexcept { detail::current_set.store(set, std::memory_order_relaxed); }

}  // namespace jobaudit::protocol
