using System;
using System.Numerics.Tensors;
using System.Text;

namespace MetaKube.Memory;

/// <summary>
/// The built-in embedding: signed feature hashing of a signature into a fixed number of dimensions. It needs no model
/// and gives the same vector on every machine.
/// </summary>
public static class SignatureEmbedding
{
    public const int Dimensions = 256;

    /// <summary>The unit vector of a signature; all zero for one without features.</summary>
    public static float[] Embed(SymptomSignature signature) => EmbedFeatures(signature.Features);

    /// <summary>The unit vector of weighted features.</summary>
    internal static float[] EmbedFeatures(IEnumerable<KeyValuePair<string, double>> features)
    {
        var vector = new float[Dimensions];
        foreach (var (feature, weight) in features)
        {
            var hash = Fnv1a(feature);
            var sign = (hash & 1) == 0 ? 1f : -1f;
            vector[(int)(hash >> 1) & (Dimensions - 1)] += sign * (float)weight;
        }
        var norm = TensorPrimitives.Norm<float>(vector);
        if (norm > 0)
            TensorPrimitives.Divide(vector, norm, vector);
        return vector;
    }

    /// <summary>The cosine of two vectors, clamped to 0 to 1; 0 if one is all zero or their lengths differ.</summary>
    public static double Similarity(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length != b.Length || a.Length == 0)
            return 0;
        var cosine = TensorPrimitives.CosineSimilarity(a, b);
        return float.IsNaN(cosine) ? 0 : Math.Clamp(cosine, 0, 1);
    }

    // Vectors are stored, so string.GetHashCode, which differs between processes, cannot be used.
    internal static uint Fnv1a(string text)
    {
        var hash = 2166136261u;
        foreach (var b in Encoding.UTF8.GetBytes(text))
            hash = (hash ^ b) * 16777619u;
        // The low bits of FNV are weak; fold the high ones in.
        return hash ^ (hash >> 15);
    }
}
