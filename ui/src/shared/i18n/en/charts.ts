// Words of the charts.
export default {
  "chart.week": "{span} {year}",
  "chart.month": "{span} {year}",
  "chart.weeks": "Week by week",
  "chart.months": "Month by month",
  "chart.keys": "Left and right arrow go from bar to bar, Enter shows its work",
  "chart.gigs": "{n, plural, one {# gig} other {# gigs}}",
  "chart.gigsAxis": "gigs",
  "chart.sum": "{n, plural, one {# gig} other {# gigs}}",
};
