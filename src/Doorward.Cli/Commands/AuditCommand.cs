using System.CommandLine;

namespace Doorward.Cli.Commands;

/// <summary>`audit`: the record of what was decided and done.</summary>
internal static class AuditCommand
{
    private static readonly Option<FileInfo?> Destination = new("--to") { Description = "Write to a file, with progress, instead of stdout", HelpName = "FILE" };

    public static Command Create() => new("audit", "The audit log")
    {
        new Command("export", "Write all records as JSON lines") { Destination }.Runs(ExportAsync),
        new Command("tail", "Write records as they come, as JSON lines, until interrupted").Runs(TailAsync),
    };

    private static async Task ExportAsync(Invocation invocation, CancellationToken cancel)
    {
        using var client = invocation.Connect();
        using var records = new StreamReader(await client.OpenAsync(HttpMethod.Get, "audit/export", cancel));
        if (invocation.Value(Destination) is not { } file)
        {
            await CopyAsync(records, invocation.Out, _ => { }, cancel);
            return;
        }

        // A file that is named as the result is the whole result: it takes its name when it is complete.
        var partial = file.FullName + ".partial";
        long count;
        await using (var writer = new StreamWriter(partial))
        {
            count = await CopyAsync(records, writer, done => invocation.Error.Write($"\r{done} records"), cancel);
        }

        File.Move(partial, file.FullName, overwrite: true);
        await invocation.Error.WriteLineAsync($"\r{count} records in {file.FullName}");
    }

    private static async Task TailAsync(Invocation invocation, CancellationToken cancel)
    {
        using var client = invocation.Connect();
        using var records = new StreamReader(await client.OpenAsync(HttpMethod.Get, "audit/export?follow=true&last=10", cancel));
        await CopyAsync(records, invocation.Out, _ => invocation.Out.Flush(), cancel);
    }

    private static async Task<long> CopyAsync(TextReader records, TextWriter output, Action<long> progress, CancellationToken cancel)
    {
        long count = 0;
        while (await records.ReadLineAsync(cancel) is { } record)
        {
            await output.WriteLineAsync(record.AsMemory(), cancel);
            if (++count % 1000 == 0 || count < 1000)
            {
                progress(count);
            }
        }

        return count;
    }
}
