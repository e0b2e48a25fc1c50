// What people are paid, as a study file states it.

/// Amounts in the main unit of one currency, with two decimals. Each is written down when a person's part is over.
public struct PaymentSettings: Codable, Sendable, Equatable {
    /// An ISO 4217 code, such as GBP.
    public var currency: String
    /// What the consent page says of it.
    public var text: String?
    /// For taking part to the end.
    public var base: Double
    /// For whoever stops by choice; for whoever's group ended early, for which it is `base` if nil.
    public var partial: Double?
    /// For whoever waited for a group in vain.
    public var waiting: Double?
    /// For each full minute that anybody waited for a group, whatever came of it.
    public var waitingPerMinute: Double?
    /// The most that one person is paid, bonuses included; no limit if nil.
    public var cap: Double?
    /// The most that the whole study pays; it is paused before that is exceeded. No limit if nil.
    public var budget: Double?

    enum CodingKeys: String, CodingKey {
        case currency, text, base, partial, waiting
        case waitingPerMinute = "waiting_per_minute"
        case cap, budget
    }

    /// What is wrong with these amounts taken together: a key of `payment`, and a sentence.
    func conflicts(placePrice: Int64) -> [(key: String, sentence: String)] {
        var found: [(key: String, sentence: String)] = []
        let least = max(base, partial ?? 0, waiting ?? 0)
        if let cap, cap < least {
            found.append(
                (
                    "cap",
                    "payment.cap is \(cap.formatted()), but somebody may be owed \(least.formatted()) by base, partial or waiting "
                        + "alone"
                ))
        }
        if let budget, Cents.of(budget) < placePrice {
            found.append(
                (
                    "budget",
                    "payment.budget is \(budget.formatted()), but one person may come to \(Cents.text(placePrice)) already, so "
                        + "nobody could take part"
                ))
        }
        return found
    }

    /// The base pay of somebody who finished (`nil`), or whose part ended for `reason`.
    func base(for reason: EndReason?) -> Double? {
        switch reason {
        case nil: base
        case .groupEnded: partial ?? base
        case .stoppedKeep, .stoppedDelete: partial
        case .screenedOut, .comprehensionFailed, .waitedInVain, .timedOut, .overQuota, .quotaFilled, .returned, .removed: nil
        }
    }

    /// The waiting pay of somebody who waited so many minutes.
    func waiting(for reason: EndReason?, minutes: Double) -> Double {
        let inVain: Double? = switch reason {
        case .waitedInVain, .overQuota: waiting
        default: nil
        }
        switch reason {
        case .timedOut, .returned, .removed: return 0
        default: return (inVain ?? 0) + (waitingPerMinute ?? 0) * minutes.rounded(.down)
        }
    }
}
