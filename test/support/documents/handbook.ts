/** One chapter of the sample book; `columns` sets it in two. Soft hyphens show where a word may be parted. */
export interface Chapter {
  title: string;
  columns?: 1 | 2;
  sections: { title: string; paragraphs: string[] }[];
}

export const HANDBOOK_TITLE = "A Small Handbook of Systematic Trading";
export const HANDBOOK_AUTHOR = "The Bourse Desk";

/** An original text for samples and tests: each chapter fits on about one small page. */
export const HANDBOOK: readonly Chapter[] = [
  {
    title: "1 What a strategy is",
    sections: [
      {
        title: "1.1 A rule and its reasons",
        paragraphs: [
          "A trading strategy is a rule that says what to hold, and when, from what is known at that moment. It is written down before the market opens, and two people who follow it end the day with the same posi\u00adtions. Whatever cannot be written down is an opinion, and an opinion cannot be tested.",
          "Every rule needs a reason. Prices move because somebody is paid to carry a risk, because somebody must trade and is in a hurry, or because news travels slowly. A rule without a reason may fit the past very well, and it will stop working on the day it is switched on.",
        ],
      },
      {
        title: "1.2 The signal and the size",
        paragraphs: [
          "The signal says which way to lean. The size says how far. Most of the work on a desk goes into signals, and most of the money is lost through sizes: a modest signal in a sensible size survives, while a brilliant one that is held too large is closed by the lender at the worst price of the year.",
          "Keep the two apart in the code as well. A function that returns a signal should not know how much capital there is, and the function that sets the size should not know where the signal came from.",
        ],
      },
    ],
  },
  {
    title: "2 Moving averages",
    sections: [
      {
        title: "2.1 Crossing averages",
        paragraphs: [
          "The oldest signal of all compares a short moving average of the closing price with a long one. When the short average crosses above the long, the trend is taken to be rising and the rule buys; when it crosses below, the rule sells or stands aside.",
          "The golden heron crossover, as this desk calls its own version, uses twenty and one hundred days and trades only when the two averages differ by more than half of the recent daily range. The filter removes about two thirds of the trades and almost none of the profit.",
        ],
      },
      {
        title: "2.2 What the average costs",
        paragraphs: [
          "An average always looks back. With a window of one hundred days it lags the price by about fifty, so that the rule gives away the first part of each move and the last part too. That is the premium paid for not being fooled by noise, and in markets without trends the premium is paid again and again.",
          "Test the rule in quiet years before you believe in it. A method that earns in every kind of weather has usually seen the answers.",
        ],
      },
    ],
  },
  {
    title: "3 Measuring risk",
    columns: 2,
    sections: [
      {
        title: "3.1 Volatility",
        paragraphs: [
          "Volatility is the standard devi\u00adation of returns over a stated time. It rises quickly and falls slowly, so yesterday tells more about today than last year does. An exponential average with a half life of three weeks is a fair start.",
          "Scale each position so that it contributes the same volatility to the book. A quiet bond then stands beside a loud commodity without being drowned by it.",
        ],
      },
      {
        title: "3.2 Drawdown",
        paragraphs: [
          "A drawdown is the distance from the highest value that the account has seen to where it stands now. People leave a strategy in its drawdowns, never at its peaks, so the deepest one that you can bear decides how much you may hold.",
          "A strategy with a Sharpe ratio of one spends most of its life below its last peak. Expect a loss of twice the yearly volatility at least once in a working life.",
        ],
      },
      {
        title: "3.3 Concentration",
        paragraphs: [
          "Ten positions that fall together are one position. Look at correlations in bad weeks rather than in average ones, because it is in bad weeks that they matter, and it is in bad weeks that they rise.",
          "Set a limit for each name, each sector and each country, and let the order gateway enforce it. A limit that lives in a spreadsheet is a wish.",
        ],
      },
    ],
  },
  {
    title: "4 Testing honestly",
    sections: [
      {
        title: "4.1 The past is short",
        paragraphs: [
          "Twenty years of daily prices are five thousand numbers, and they hold perhaps four different kinds of market. Try a hundred variants of a rule on them and the best will look splendid by luck alone. Count the variants that you tried, and discount the result accord\u00adingly.",
          "Hold back a part of the data that nobody looks at until the rule is finished. It can be used once. After that it is part of the data on which you have trained, whatever the file name says.",
        ],
      },
      {
        title: "4.2 Look-ahead",
        paragraphs: [
          "The most common mistake in a backtest is to use a number before it was published. Closing prices are known after the close, earnings some weeks after the quarter, and index members only when the com\u00admittee announces them. Give each number the time at which you could have had it.",
          "A second mistake is survival. Databases forget the companies that failed, so a test on today's members buys only winners. Use the lists as they stood on the day.",
        ],
      },
    ],
  },
  {
    title: "5 Execution",
    sections: [
      {
        title: "5.1 Slippage",
        paragraphs: [
          "Slippage is the difference between the price at which the rule decided and the price at which the desk traded. Part of it is the spread, part is delay, and part is our own order pushing the market away. The last part grows with the square root of the size.",
          "Trade slowly when the signal lives long, and quickly when it dies young. A schedule that follows the volume of the day is hard to beat by much and hard to lose against by much.",
        ],
      },
      {
        title: "5.2 When things break",
        paragraphs: [
          "Connections drop in the middle of an order. The only safe question is to ask the venue what it knows, by the identifier that we chose before sending. Never send an order again because no answer came: silence is not a refusal.",
          "Every desk needs one switch that cancels all working orders and stops new ones, and everybody on the desk needs to have used it in a drill.",
        ],
      },
    ],
  },
  {
    title: "6 The daily routine",
    sections: [
      {
        title: "6.1 Before the open",
        paragraphs: [
          "Read what happened overnight, check that every data feed has arrived, and compare the positions in our books with those at the broker. A difference is settled before anything new is traded, however small it is.",
          "Then look at the list of orders that the rules propose. Nobody changes an order by hand on a feeling; but everybody may stop one and write down why.",
        ],
      },
      {
        title: "6.2 After the close",
        paragraphs: [
          "Divide the day's result into signal, cost and luck. Keep a journal of decisions with their reasons. In a year the journal will be the most valuable book on the desk, because it is the only one that describes what we really did.",
        ],
      },
    ],
  },
];
