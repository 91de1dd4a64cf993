using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Doorward.Cli.Connection;
using Doorward.Cli.Output;

namespace Doorward.Cli;

/// <summary>One run of a command: its arguments, where it writes, and its way to the installation.</summary>
internal sealed class Invocation(ParseResult parsed)
{
    public TextWriter Out => parsed.InvocationConfiguration.Output;

    public TextWriter Error => parsed.InvocationConfiguration.Error;

    public DirectoryInfo Data => GlobalOptions.DataOf(parsed);

    /// <summary>Whether the flags, the environment or `login` name an installation elsewhere, whose files are not at hand.</summary>
    public bool IsElsewhere => ControlEndpoint.IsElsewhere(parsed.GetValue(GlobalOptions.Server), parsed.GetValue(GlobalOptions.Data), Data);

    public OutputFormat Format => parsed.GetValue(GlobalOptions.Format);

    /// <summary>The data folder, for what is done to files and so only on the machine that has them.</summary>
    public DirectoryInfo RequireLocalData(string what) => IsElsewhere
        ? throw new CommandFailure($"{what} is made on the machine of the installation", "run it there, without --server") { ExitCode = CommandLine.WrongUsage }
        : Data;

    public T? Value<T>(Option<T> option) => parsed.GetValue(option);

    public T Value<T>(Argument<T> argument) => parsed.GetValue(argument)!;

    /// <summary>Opens the way to the installation that the flags name. Fails when there is none.</summary>
    public ControlClient Connect() => new(ControlEndpoint.Choose(
        parsed.GetValue(GlobalOptions.Server), parsed.GetValue(GlobalOptions.TokenFile), parsed.GetValue(GlobalOptions.Data), Data));

    /// <summary>Writes one result, as a table of these columns unless -o asks otherwise.</summary>
    public void Print(JsonNode result, params Column[] columns) => ResultWriter.Write(Out, Format, result, columns);

    /// <summary>Tells what was done: to a person as a sentence, to a program as the result.</summary>
    public void Report(string sentence, JsonObject result)
    {
        if (Format == OutputFormat.Table)
        {
            Out.WriteLine(Printable.Lines(sentence));
            return;
        }

        Print(result);
    }

    /// <summary>Says something to a person. With -o json or yaml stdout holds the result alone, so it goes to stderr.</summary>
    public void Say(string text) => (Format == OutputFormat.Table ? Out : Error).WriteLine(Printable.Lines(text));
}

/// <summary>Binds a command to what it does, and every expected failure to its one line and exit code.</summary>
internal static class CommandActions
{
    public static Command Runs(this Command command, Func<Invocation, CancellationToken, Task> run) =>
        command.Returns(async (invocation, cancel) =>
        {
            await run(invocation, cancel);
            return CommandLine.Done;
        });

    /// <summary>As <see cref="Runs"/>, for commands whose exit code is an answer.</summary>
    public static Command Returns(this Command command, Func<Invocation, CancellationToken, Task<int>> run)
    {
        command.SetAction(async (parsed, cancel) =>
        {
            var invocation = new Invocation(parsed);
            try
            {
                return await run(invocation, cancel);
            }
            catch (CommandFailure failure)
            {
                foreach (var line in failure.Lines) await invocation.Error.WriteLineAsync(line);
                return failure.ExitCode;
            }
            catch (IOException gone) when (StandardOutput.IsReaderGone(gone))
            {
                return CommandLine.Done;
            }
            catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
            {
                // The message quotes the path, and calls it a part of itself.
                await invocation.Error.WriteLineAsync(new CommandFailure("there is no such file or folder", "check the path", missing.Message.Split('\'') is [_, var path, ..] ? path : null).Line);
                return CommandLine.Failed;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
            {
                await invocation.Error.WriteLineAsync(new CommandFailure(failure.Message).Line);
                return CommandLine.Failed;
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return CommandLine.Failed;
            }
        });
        return command;
    }
}
