using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Doorward.Cli.Output;
using Doorward.Control.Audit;
using Doorward.Core.Applications;

namespace Doorward.Cli.Commands;

/// <summary>`audit`: the record of what was decided and done. On the machine itself it is read from its files, and needs nothing that runs.</summary>
internal static class AuditCommand
{
    private static readonly Option<FileInfo?> Key = new("--key") { Description = "Verifier key that was kept outside (proves more than the one beside the log)", HelpName = "FILE" };
    private static readonly Option<FileInfo?> Checkpoint = new("--checkpoint") { Description = "Checkpoint that was kept outside: shows whether the end was cut off", HelpName = "FILE" };
    private static readonly Option<FileInfo?> Destination = new("--to") { Description = "Write to a file, with progress, instead of stdout", HelpName = "FILE" };
    private static readonly Option<bool> Replace = new("--replace") { Description = "Replace the file that --to names, if there is one" };
    private static readonly Option<long> From = new Option<long>("--from") { Description = "Number of the first record", HelpName = "N" }.Within(0);
    private static readonly Option<int> Last = new Option<int>("--last") { Description = "Begin with the last N records", HelpName = "N", DefaultValueFactory = _ => 10 }.Within(1, int.MaxValue);

    public static Command Create() => new("audit", "The audit log")
    {
        new Command("verify", "Check every record, offline; exit code 1 names the first bad one") { Key, Checkpoint }.Returns(VerifyAsync),
        new Command("status", "Show whether the log takes records, how its last verification ended and where checkpoints went").Runs(async (invocation, cancel) =>
        {
            using var client = invocation.Connect();
            var state = await client.GetAsync("audit", cancel);
            if (invocation.Format == OutputFormat.Table) YamlWriter.Write(invocation.Out, state);
            else invocation.Print(state);
        }),
        AuditListCommand.Create(),
        new Command("export", "Write records as JSON lines") { From, Destination, Replace }.Runs(ExportAsync),
        new Command("tail", "Write records as they come, as JSON lines, until interrupted") { Last }.Runs(TailAsync),
    };

    private static async Task<int> VerifyAsync(Invocation invocation, CancellationToken cancel)
    {
        var (keyFile, checkpoint) = (invocation.Value(Key), invocation.Value(Checkpoint));
        if (invocation.IsElsewhere && keyFile is null && checkpoint is null) return await VerifyThereAsync(invocation, cancel);
        if (keyFile is { Exists: false }) throw new CommandFailure("there is no such file", "check --key", keyFile.FullName);
        var key = keyFile is null ? null : await File.ReadAllTextAsync(keyFile.FullName, cancel);
        var verdict = await AuditVerifier.VerifyAsync(Folder(invocation), key?.Trim(), checkpoint?.FullName, Progress(invocation), cancel);
        if (verdict is AuditVerdict.Unusable unusable)
        {
            var (option, given) = unusable.File == checkpoint?.FullName ? ("--checkpoint", checkpoint.FullName) : ("--key", keyFile?.FullName);
            throw new CommandFailure($"{unusable.Why}, so nothing was checked", $"give the right file with {option}", given);
        }

        if (verdict is AuditVerdict.Bad bad)
        {
            var record = bad.Sequence is { } sequence ? $"record {sequence}: " : "";
            throw new CommandFailure($"{record}{bad.Fault.ToString().ToLowerInvariant()}: {bad.Why}", FixOf(bad, keyFile), bad.File);
        }

        var good = (AuditVerdict.Intact)verdict;
        if (invocation.Format != OutputFormat.Table)
        {
            invocation.Print(new JsonObject
            {
                ["origin"] = good.Origin,
                ["records"] = good.Size,
                ["root"] = good.Root,
                ["personalValuesChecked"] = good.PersonalChecked,
                ["outsideRecords"] = good.OutsideSize,
            });
            return CommandLine.Done;
        }

        invocation.Say($"{Counted.Of(good.Size, "record is as it was", "records are as they were")} written (root {good.Root})");
        invocation.Say(good.OutsideSize is { } size
            ? $"and continue the outside checkpoint of {Counted.Of(size, "record")}"
            : "whether the end was cut off shows only against a checkpoint kept outside (--checkpoint)");
        return CommandLine.Done;
    }

    // Elsewhere the files are out of reach: that installation checks itself, which proves less than a check of a copy here.
    private static async Task<int> VerifyThereAsync(Invocation invocation, CancellationToken cancel)
    {
        using var client = invocation.Connect();
        var verified = await client.PostAsync("audit/verify", null, cancel);
        if (verified["intact"]?.GetValue<bool>() != true)
            throw new CommandFailure(verified["problem"]?.GetValue<string>() ?? "the log does not verify", "keep a copy of it as evidence, and restore from a backup");
        if (invocation.Format != OutputFormat.Table)
        {
            invocation.Print(verified);
            return CommandLine.Done;
        }

        invocation.Say($"{Counted.Of(verified["records"]!.GetValue<long>(), "record is as it was", "records are as they were")} written (root {verified["root"]!.GetValue<string>()}), says the installation itself");
        return CommandLine.Done;
    }

    // With a key of another log, a log that is whole looks the same as one that somebody else has signed.
    private static string FixOf(AuditVerdict.Bad bad, FileInfo? key) => bad.Fault == AuditFault.BadSignature && key is not null
        ? $"see first that {key.FullName} is the key of this log; if it is, keep this copy as evidence, and restore from a backup"
        : "keep this copy as evidence, and restore from a backup";

    private static async Task ExportAsync(Invocation invocation, CancellationToken cancel)
    {
        if (invocation.Value(Destination) is not { } file)
        {
            await using var output = StandardOutput.Open();
            await WriteAsync(invocation, output, null, cancel);
            return;
        }

        if (file.Directory is { Exists: false } folder) throw new CommandFailure("there is no such folder", "make it first, or name another with --to", folder.FullName);
        if (Directory.Exists(file.FullName)) throw new CommandFailure("it is a folder", "name a file in it with --to", file.FullName);
        if (file.Exists && !invocation.Value(Replace)) throw new CommandFailure("there is a file already", "name another with --to, or say --replace", file.FullName);

        // A file that is named as the result is the whole result: it takes its name when it is complete. Names and addresses of people
        // are in it.
        var partial = file.FullName + ".partial";
        long records;
        await using (var output = PrivateFile.Create(partial))
        {
            records = await WriteAsync(invocation, output, ExportProgress(invocation), cancel);
        }

        File.Move(partial, file.FullName, overwrite: invocation.Value(Replace));
        invocation.Say($"{Counted.Of(records, "record")} in {file.FullName}");
    }

    private static async Task<long> WriteAsync(Invocation invocation, Stream output, IProgress<AuditProgress>? progress, CancellationToken cancel)
    {
        if (invocation.IsElsewhere)
        {
            return await CopyAsync(invocation, $"audit/export?from={invocation.Value(From)}", output, cancel);
        }

        return await AuditExport.WriteAsync(Folder(invocation), output, invocation.Value(From), progress: progress, cancellationToken: cancel) switch
        {
            AuditExportResult.Done done => done.Records,
            AuditExportResult.Damaged damaged => throw new CommandFailure(
                $"the log cannot be read after {Counted.Of(damaged.Records, "record")}: {damaged.Why}", "run `doorward audit verify`", invocation.Data.FullName),
            var other => throw new InvalidOperationException($"An export ended as {other}."),
        };
    }

    /// <summary>Copies the lines of an answer as they come, and counts them.</summary>
    private static async Task<long> CopyAsync(Invocation invocation, string path, Stream output, CancellationToken cancel)
    {
        using var client = invocation.Connect();
        using var records = new StreamReader(await client.OpenAsync(HttpMethod.Get, path, cancel));
        long count = 0;
        for (; await records.ReadLineAsync(cancel) is { } record; count++)
        {
            await output.WriteAsync(Encoding.UTF8.GetBytes(record + "\n"), cancel);
            await output.FlushAsync(cancel);
        }

        return count;
    }

    private static async Task TailAsync(Invocation invocation, CancellationToken cancel)
    {
        if (invocation.IsElsewhere)
        {
            await using var output = StandardOutput.Open();
            await CopyAsync(invocation, $"audit/export?follow=true&last={invocation.Value(Last)}", output, cancel);
            return;
        }

        try
        {
            await using var output = StandardOutput.Open();
            await foreach (var record in AuditTail.FollowAsync(Folder(invocation), -invocation.Value(Last), TimeProvider.System, cancel))
            {
                await output.WriteAsync((byte[])[.. record.Span, (byte)'\n'], cancel);
            }
        }
        catch (InvalidDataException damaged)
        {
            throw new CommandFailure(damaged.Message, "run `doorward audit verify`", invocation.Data.FullName, damaged);
        }
    }

    private static string Folder(Invocation invocation) => invocation.Data.Exists
        ? invocation.Data.FullName
        : throw new CommandFailure("there is no such folder", "name the installation's data folder, or a copy of its log, with --data", invocation.Data.FullName);

    private static Told<long>? Progress(Invocation invocation) =>
        System.Console.IsErrorRedirected ? null : new Told<long>(records => invocation.Error.Write($"\r{Counted.Of(records, "record")} checked "));

    private static Told<AuditProgress> ExportProgress(Invocation invocation) =>
        new(done => invocation.Error.Write($"\r{done.Written} of {Counted.Of(done.Total, "record")}{(done.Written == done.Total ? "\n" : "")}"));

    /// <summary>Tells at once and in order, unlike <see cref="Progress{T}"/>, which could tell after the end.</summary>
    private sealed class Told<T>(Action<T> tell) : IProgress<T>
    {
        public void Report(T value) => tell(value);
    }
}
