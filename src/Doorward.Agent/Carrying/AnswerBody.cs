namespace Doorward.Agent.Carrying;

/// <summary>The body of an answer that is short; of a longer one the beginning.</summary>
internal static class AnswerBody
{
    private const int Longest = 64 * 1024;

    public static async Task<byte[]> ReadAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        using var limited = new MemoryStream();
        await using var body = await answer.Content.ReadAsStreamAsync(ct);
        var part = new byte[8 * 1024];
        for (int read; (read = await body.ReadAsync(part, ct)) > 0 && limited.Length < Longest;) limited.Write(part, 0, read);
        return limited.ToArray();
    }
}
