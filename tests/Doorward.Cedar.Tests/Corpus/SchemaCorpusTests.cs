using Doorward.Cedar.Schemas;
using Doorward.Cedar.Tests.Schemas;

namespace Doorward.Cedar.Tests.Corpus;

public sealed class SchemaCorpusTests
{
    [Fact]
    public void Every_schema_of_the_corpus_means_the_same_in_both_syntaxes()
    {
        if (CorpusFolder.Path is not { } folder)
        {
            CorpusFolder.SayOnceHowToGet();
            return;
        }
        var differences = new List<string>();
        foreach (var test in CorpusFolder.ReadGenerated(folder).Concat(CorpusFolder.ReadHandwritten(folder)))
        {
            var schema = Schema.ParseAny(test.Schema);
            if (!schema.Success)
            {
                differences.Add($"{test.Name}: {schema.Errors[0]}");
                continue;
            }
            var json = TestSchema.Parse(schema.Schema.ToJson());
            var text = TestSchema.Parse(TestSchema.Text(json));
            if ((TestSchema.Difference(schema.Schema, json) ?? TestSchema.Difference(schema.Schema, text)) is { } difference)
                differences.Add($"{test.Name}: {difference}");
        }
        Assert.True(differences.Count == 0, $"{differences.Count} differ:\n{string.Join('\n', differences.Take(20))}");
    }
}
