// Who of a study is due what, and how its budget stands.

/// The pay of a study's people. Amounts are texts with two decimals.
public struct PaymentSheet: Codable, Sendable {
    /// The sums in one currency; a study has several only if its file changed.
    public struct Total: Codable, Sendable, Equatable {
        public let currency: String
        public let people: Int
        public let base: String
        public let waiting: String
        public let bonus: String
        public let total: String
        public let paid: String
        public let due: String

        init(_ currency: String, _ people: [Payment]) {
            func sum(_ amount: (Payment) -> String) -> String {
                Cents.text(people.reduce(0) { $0 + (Cents.of(amount($1)) ?? 0) })
            }
            self.currency = currency
            self.people = people.count
            base = sum(\.base)
            waiting = sum(\.waiting)
            bonus = sum(\.bonus)
            total = sum(\.total)
            paid = sum(\.paid)
            due = sum(\.due)
        }
    }

    public let state: StudyState
    /// The currency of bonuses; nil for a study that pays nothing.
    public let currency: String?
    /// The most that one person may be paid; nil where there is no limit.
    public let cap: String?
    /// Nil for a study without one.
    public let budget: BudgetStanding?
    public let totals: [Total]
    /// In the order in which they came; those who are owed nothing are left out.
    public let people: [Payment]

    init(_ study: Study, budget: BudgetStanding?, people: [Payment]) {
        state = study.state
        currency = study.settings.payment?.currency
        cap = study.settings.payment?.cap.map { Cents.text(Cents.of($0)) }
        self.budget = budget
        self.people = people
        totals = Set(people.map(\.currency)).sorted().map { currency in
            Total(currency, people.filter { $0.currency == currency })
        }
    }
}
