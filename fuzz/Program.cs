// One target per parser that sees outside bytes: each project of this folder is this program with targets of its own. Under afl-fuzz it runs
// until it is stopped; by hand it reads one input from standard input, which is how a crash that was found is looked at. README.md says how.
using Doorward.Fuzz;
using SharpFuzz;

if (args is not [var name] || !Targets.All.TryGetValue(name, out var target))
{
    Console.Error.WriteLine($"usage: {typeof(Targets).Assembly.GetName().Name} {string.Join('|', Targets.All.Keys)} < INPUT");
    return 2;
}
Fuzzer.OutOfProcess.Run(input =>
{
    using var bytes = new MemoryStream();
    input.CopyTo(bytes);
    target(bytes.ToArray());
});
return 0;
