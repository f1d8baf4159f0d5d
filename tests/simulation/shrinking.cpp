#include "shrinking.hpp"

namespace jobaudit::simulation {

namespace {

[[nodiscard]] bool fails(const world_choice& choice) { return !play(choice).violation.empty(); }

bool try_instead(world_choice& best, const world_choice& smaller)
{
    if (!fails(smaller))
        return false;
    best = smaller;
    return true;
}

bool drop_features(world_choice& best)
{
    bool any = false;
    for (std::size_t i = 0; i < feature_count; ++i) {
        const auto each = static_cast<feature>(i);
        if (!make_world(best).features.has(each))
            continue;
        world_choice smaller = best;
        smaller.without.add(each);
        // That jobs are fetched one by one is also said in another way.
        if (make_world(smaller).features.has(each))
            continue;
        any = try_instead(best, smaller) || any;
    }
    return any;
}

/// Takes parts of what `figure` says of the world, ever smaller ones, as long as it still fails.
template <class Number>
bool lower(world_choice& best, std::optional<Number> world_choice::*figure, Number current)
{
    bool any = false;
    for (Number part = current / 2; part > 0;) {
        world_choice smaller = best;
        smaller.*figure = current - part;
        if (current > part && try_instead(best, smaller)) {
            current -= part;
            any = true;
        } else {
            part /= 2;
        }
    }
    return any;
}

}  // namespace

world_result play(const world_choice& choice)
{
    simulated_batch batch{make_world(choice)};
    return batch.run();
}

world_choice shrunk(const world_choice& failing)
{
    world_choice best = failing;
    for (bool smaller = true; smaller;) {
        smaller = drop_features(best);
        smaller = lower(best, &world_choice::jobs, make_world(best).jobs) || smaller;
        smaller = lower(best, &world_choice::lanes, make_world(best).lanes) || smaller;
        smaller = lower(best, &world_choice::schedulers, make_world(best).schedulers) || smaller;
    }
    return best;
}

}  // namespace jobaudit::simulation
