using System.Diagnostics;
using Doorward.Control.Devices.Compliance;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Doorward.Control.Tests.Devices;

public sealed class RuleBookTests(DeviceWorld world) : IClassFixture<DeviceWorld>
{
    // Where a transaction sees what others commit meanwhile (PostgreSQL's default), only one statement sees one moment.
    [Fact]
    public async Task What_devices_are_judged_by_and_its_version_are_read_by_one_statement()
    {
        await using var db = world.Control.Open();
        var statements = new Statements(db);
        using (DiagnosticListener.AllListeners.Subscribe(statements))
        {
            var rules = new RuleBook();
            await rules.JudgeAllAsync(await RuleBook.VersionAsync(db, CancellationToken.None), static () => Task.CompletedTask);
            Assert.Equal(1, statements.Count);
            await rules.ReadToJudgeAsync(db, CancellationToken.None);
            Assert.Equal(2, statements.Count);
            Assert.True(rules.IsJudgedBy(await RuleBook.VersionAsync(db, CancellationToken.None)));
        }
    }

    private sealed class Statements(DbContext of) : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        public int Count { get; private set; }

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == DbLoggerCategory.Name) value.Subscribe(this);
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value.Value is CommandExecutedEventData executed && executed.Context == of) Count++;
        }

        public void OnCompleted()
        {
            // It ends with the test.
        }

        public void OnError(Exception error)
        {
            // There is none.
        }
    }
}
