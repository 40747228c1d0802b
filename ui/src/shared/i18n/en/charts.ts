// Words of the charts.
export default {
  "chart.weeks": "Week by week",
  "chart.bars": "Bar by bar",
  "chart.keys": "Left and right arrow go from bar to bar, Enter shows its work",
  "chart.gigs": "{n, plural, one {# gig} other {# gigs}}",
  "chart.gigsAxis": "gigs",
  "chart.sum": "{n, plural, one {# gig} other {# gigs}}",
};
