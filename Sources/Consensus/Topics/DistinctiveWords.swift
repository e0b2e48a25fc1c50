// Words that tell the clusters of a set of questions apart, as suggestions for their names.

import Foundation

/// Class-based TF-IDF (Grootendorst 2022, "BERTopic"): a word w of cluster c counts f_wc · ln(1 + A / f_w), where f_wc is in
/// how many texts of the cluster it occurs, f_w in how many of all, and A the mean number of words of a cluster.
public enum DistinctiveWords {
    /// Words that say nothing of a topic, in English; in any language, words of a quarter of all texts say nothing either.
    private static let empty = Set(
        """
        a about after all allow allowed also an and any anyone are as at be because been before being between both but by can \
        could country do does during each every everyone everybody for from get give given government had has have having he \
        her his how if in into is it its just keep less like make many may more most much must need never no not nobody nor of \
        off on one only or other our out over own pay people per should so some someone such than that the their them themselves \
        then there these they this those through to too under until up us use very was we were what when where which while who \
        whose why will with without would you your
        """.split(separator: " ").map(String.init))

    /// The most distinctive words of each cluster, the best first.
    /// - Parameters:
    ///   - assignments: per text its cluster, from 0.
    ///   - count: how many words per cluster at most.
    public static func of(_ texts: [String], _ assignments: [Int], clusters: Int, count: Int) -> [[String]] {
        var inCluster = [[String: Int]](repeating: [:], count: clusters)
        var overall: [String: Int] = [:], total = 0
        for (text, cluster) in zip(texts, assignments) {
            let words = Set(Words(text).list.map(String.init)).filter { $0.count > 2 && !empty.contains($0) && Int($0) == nil }
            total += words.count
            for word in words {
                inCluster[cluster][word, default: 0] += 1
                overall[word, default: 0] += 1
            }
        }
        let average = Double(total) / Double(max(1, clusters))
        let common = max(3, texts.count / 4)
        return inCluster.map { words in
            let scored = words.compactMap { word, times -> (word: String, score: Double)? in
                guard let everywhere = overall[word], everywhere <= common || clusters < 4 else { return nil }
                return (word, Double(times) * log(1 + average / Double(everywhere)))
            }
            var chosen: [String] = []
            for (word, _) in scored.sorted(by: { ($1.score, $0.word) < ($0.score, $1.word) }) where chosen.count < count {
                // One form of a word is enough: tax, taxes.
                if !chosen.contains(where: { $0.hasPrefix(word.prefix(4)) && word.hasPrefix($0.prefix(4)) }) { chosen.append(word) }
            }
            return chosen
        }
    }
}
