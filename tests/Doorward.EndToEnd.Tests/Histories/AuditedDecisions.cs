using System.Text.Json;
using Doorward.Control.Audit;

namespace Doorward.EndToEnd.Tests.Histories;

/// <summary>What the audit log says of what gateways decided.</summary>
internal static class AuditedDecisions
{
    public static async Task<History> AddToAsync(History history, Recording recording, string data)
    {
        var records = new List<AllowRecord>();
        var numbers = new List<SpoolNumber>();
        using var lines = new MemoryStream();
        Assert.IsType<AuditExportResult.Done>(await AuditExport.WriteAsync(data, lines));
        lines.Position = 0;
        using var reader = new StreamReader(lines);
        while (await reader.ReadLineAsync() is { } line)
        {
            using var json = JsonDocument.Parse(line);
            var record = json.RootElement;
            if (record.TryGetProperty("number", out var number))
                numbers.Add(new SpoolNumber(record.GetProperty("gateway").GetString()!, number.GetInt64()));
            if (record.GetProperty("kind").GetString() == "decision" && record.GetProperty("outcome").GetString() == "allowed")
                records.Add(new AllowRecord(
                    record.GetProperty("details").GetProperty("session").GetString()!, record.GetProperty("target").GetString()!,
                    recording.AtWallClock(record.GetProperty("time").GetDateTimeOffset())));
        }

        return history with { Records = [.. records], Numbers = [.. numbers] };
    }
}
