// One target per parser that sees outside bytes. Under afl-fuzz this runs until it is stopped; by hand it reads one input from
// standard input, which is how a crash that was found is looked at. README.md says how.
using Doorward.Agent.Fuzz;
using SharpFuzz;

if (args is not [var name] || !Targets.All.TryGetValue(name, out var target))
{
    Console.Error.WriteLine($"usage: Doorward.Agent.Fuzz {string.Join('|', Targets.All.Keys)} < INPUT");
    return 2;
}
Fuzzer.OutOfProcess.Run(input =>
{
    using var bytes = new MemoryStream();
    input.CopyTo(bytes);
    target(bytes.ToArray());
});
return 0;
