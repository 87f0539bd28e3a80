import '#platform/clock';
