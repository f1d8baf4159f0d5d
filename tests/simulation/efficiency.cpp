#include "efficiency.hpp"

#include "efficiency_figures.hpp"

#include <ostream>

namespace jobaudit::simulation {

bool show_efficiency(std::ostream& out, std::uint64_t first_seed, std::uint64_t drawn)
{
    out << "Each figure is the worst of " << seeds_of_a_world << " seeds from " << first_seed << " on.\n\n";
    bool kept = true;
    for (const auto show : {show_calm, show_limited, show_windows, show_crowded, show_unreliable, show_poisoned})
        kept = show(out, first_seed) && kept;
    return show_drawn(out, first_seed, drawn) && kept;
}

}  // namespace jobaudit::simulation
