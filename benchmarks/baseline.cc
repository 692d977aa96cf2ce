// The yardstick: the standard phase diagram by plain backward induction, as fast as this processor runs it.
//
// A cell is one game of model.md, section 4: modification probability p[column] after A, discount g[row]. Going
// backwards through the episodes, with V what being unmodified is worth from the next episode on,
//
//     deployment   V <- max(1 + g (1 - d) V, g V)
//     training     V <- max(1 + g (1 - p) V, g (1 - q) V),  and one more A if the first is at least the second
//
// Every cell runs through every episode; nothing is shared between cells and nothing is jumped over.
//
// Cells lie side by side in vectors, vectors side by side in a panel that stays in registers: two steps of a vector
// depend on each other, and the other vectors of the panel fill the wait. A panel is a stretch of one row, so that
// the discount is one constant for all of it; the last panel of a row is moved back to end with the row and writes a
// few cells a second time, so that every panel is whole. The widest vectors are asked for; a compiler for a processor
// with narrower ones splits them.

#include <algorithm>
#include <cstdint>

namespace {

constexpr int lanes = 8;                 // doubles in a vector
constexpr int depth = 9;                 // vectors in a panel: 3 registers each, and 32 in all
constexpr int panel_cells = lanes * depth;

typedef double Doubles __attribute__((vector_size(lanes * sizeof(double))));
typedef int64_t Flags __attribute__((vector_size(lanes * sizeof(int64_t))));

struct Game {
  int64_t training, deployment;
  double modified_after_b, modified_in_deployment;
};

inline Doubles all(double number) { return Doubles{} + number; }

// One panel: `modified` holds p of its cells; `value` and `count` are where the answers of its first cell go.
inline void solve_panel(const Game &game, double discount, const double *modified, double *value, int32_t *count) {
  const Doubles one = all(1.0);
  Doubles worth[depth], kept[depth];
  Flags defections[depth];
  for (int k = 0; k < depth; k++) {
    worth[k] = all(0.0);
    defections[k] = Flags{};
    for (int lane = 0; lane < lanes; lane++) kept[k][lane] = discount * (1.0 - modified[k * lanes + lane]);
  }
  const Doubles kept_in_deployment = all(discount * (1.0 - game.modified_in_deployment)), waited = all(discount);
  for (int64_t episode = 0; episode < game.deployment; episode++) {
#pragma GCC unroll 16
    for (int k = 0; k < depth; k++) {
      const Doubles defect = kept_in_deployment * worth[k] + one, comply = waited * worth[k];
      worth[k] = defect > comply ? defect : comply;
    }
  }
  const Doubles kept_after_b = all(discount * (1.0 - game.modified_after_b));
  for (int64_t episode = 0; episode < game.training; episode++) {
#pragma GCC unroll 16
    for (int k = 0; k < depth; k++) {
      const Doubles defect = kept[k] * worth[k] + one, comply = kept_after_b * worth[k];
      defections[k] = defect >= comply ? defections[k] + 1 : defections[k];
      worth[k] = defect > comply ? defect : comply;
    }
  }
  for (int k = 0; k < depth; k++)
    for (int lane = 0; lane < lanes; lane++) {
      value[k * lanes + lane] = worth[k][lane];
      count[k * lanes + lane] = static_cast<int32_t>(defections[k][lane]);
    }
}

// A row with fewer cells than a panel: worked on in a panel of its own, filled up with its first cell.
void solve_short_row(const Game &game, double discount, int64_t columns, const double *modified, double *value,
                     int32_t *count) {
  double padded[panel_cells], values[panel_cells];
  int32_t counts[panel_cells];
  for (int cell = 0; cell < panel_cells; cell++) padded[cell] = modified[cell < columns ? cell : 0];
  solve_panel(game, discount, padded, values, counts);
  std::copy(values, values + columns, value);
  std::copy(counts, counts + columns, count);
}

}  // namespace

// value[row, column] and count[row, column]: what the game is worth to the agent and its A's in training; ties are A's.
extern "C" void solve_diagram(int64_t columns, int64_t rows, int64_t training, int64_t deployment,
                              double modified_after_b, double modified_in_deployment, const double *modified,
                              const double *discounts, double *value, int32_t *count, int threads) {
  const Game game{training, deployment, modified_after_b, modified_in_deployment};
#pragma omp parallel for schedule(dynamic, 4) num_threads(threads)
  for (int64_t row = 0; row < rows; row++) {
    double *values = value + row * columns;
    int32_t *counts = count + row * columns;
    if (columns < panel_cells) {
      solve_short_row(game, discounts[row], columns, modified, values, counts);
      continue;
    }
    for (int64_t start = 0; start < columns; start += panel_cells) {
      const int64_t first = std::min(start, columns - panel_cells);
      solve_panel(game, discounts[row], modified + first, values + first, counts + first);
    }
  }
}
